import os,sys,random
t=sys.argv[1]; r=random.Random(7)
os.makedirs(t+'/dir',exist_ok=True)
words=[''.join(r.choice('abcdefghijklmnop') for _ in range(r.randint(2,9))) for _ in range(50)]
text=' '.join(r.choice(words) for _ in range(6000)).encode()   # about 90 KB
w=lambda n,b: open(os.path.join(t,n),'wb').write(b)
w('text',text[:30001]); w('text-again',text[:15000]); w('other',text[20000:26345]); w('noise',r.randbytes(700)+text[:5000])
w('zeros',b'\0'*30000+b'end'); w('empty',b''); w('one',b'1'); w('tail',text[100:2700]); w('small',text[7:900])
with open(t+'/sparse','wb') as f: f.seek(40000); f.write(text[:1500]); f.truncate(90000)
os.link(t+'/one',t+'/dir/hard'); os.symlink('../text',t+'/dir/link'); os.symlink('d'*300,t+'/longlink')
os.mkfifo(t+'/fifo'); os.mknod(t+'/chr',0o600|0o020000,os.makedev(4095,1048575)); os.mknod(t+'/blk',0o660|0o060000,os.makedev(8,300))
for i in range(60): w('dir/%s-%d'%('n'*(i%50+1),i),b'%d'%(i%3))
for i,n in enumerate(('text','tail','one','small')):
    p=os.path.join(t,n); os.setxattr(p,'user.shared',b'S'*60); os.setxattr(p,'user.own',b'%d'%i); os.setxattr(p,'trusted.overlay.x',b'y')
os.setxattr(t+'/one','security.capability',bytes.fromhex('0100000200040000000000000000000000000000'))
import struct
os.setxattr(t+'/small','system.posix_acl_access',struct.pack('<I',2)+b''.join(struct.pack('<HHI',*e) for e in ((1,6,0xffffffff),(2,4,1000),(4,4,0xffffffff),(16,4,0xffffffff),(32,4,0xffffffff))))
os.chmod(t+'/text',0o4755); os.chown(t+'/text',1000,100); os.chown(t+'/tail',70000,80000)
for d,ds,fs in os.walk(t,topdown=False):
    for n in ds+fs+['.']: os.utime(os.path.join(d,n),(1600000000,1600000000),follow_symlinks=False)
os.utime(t+'/small',ns=(1,1234567890123456789)); os.utime(t+"/other",(1500000000,1500000000))
