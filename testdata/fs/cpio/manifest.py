#!/usr/bin/env python3
"""manifest.py DIRECTORY: the directory as the table that ImageTable makes of an image."""
import os,sys,stat,hashlib

root=sys.argv[1]
def q(b):
    return ''.join(chr(c) if 0x21<=c<=0x7e and c!=0x25 else '%%%02X'%c for c in b) or '-'
rows=[]; links={}
def add(p,rel):
    st=os.lstat(p); t=stat.S_IFMT(st.st_mode)
    L={stat.S_IFREG:'f',stat.S_IFDIR:'d',stat.S_IFLNK:'l',stat.S_IFCHR:'c',stat.S_IFBLK:'b',stat.S_IFIFO:'p',stat.S_IFSOCK:'s'}[t]
    h=hashlib.sha256(open(p,'rb').read()).hexdigest() if L=='f' else '-'
    links.setdefault((st.st_dev,st.st_ino),[]).append(0)
    rows.append((rel,L,'%04o'%(st.st_mode&0o7777),str(st.st_uid),str(st.st_gid),str(st.st_size if L in 'fl' else 0),str(int(st.st_mtime)*10**9),(0 if L=='d' else (st.st_dev,st.st_ino)),h,q(os.readlink(p)) if L=='l' else '-','%d:%d'%(os.major(st.st_rdev),os.minor(st.st_rdev)) if L in 'cb' else '-','-'))
    if L=='d':
        for n in os.listdir(p): add(p+b'/'+n, rel+b'/'+n if rel!=b'.' else n)
add(os.fsencode(root),b'.')
print("path\ttype\tmode\tuid\tgid\tsize\tmtime_ns\tnlink\tsha256\tlinktarget\trdev\txattrs")
for r in sorted(rows): print('\t'.join([q(r[0])]+list(r[1:7])+[str(len(links[r[7]]) if r[7] else 0)]+list(r[8:])))
