# The program between the JVM and the sandboxed program: see docs/sandbox.md, "The trampoline".
#
# A whole static ELF file without an interpreter, assembled to a flat binary:
#   as -o t.o trampoline-x86_64.s && objcopy -O binary -j .text t.o trampoline
# Input: argv = candidate paths, an empty string, the program's own argv; envp = its environment;
# descriptor 3 = the pipe that tells the parent why nothing could be executed.
        .intel_syntax noprefix
        .set    BASE, 0x400000
        .set    STATUS, 3
        .set    NR_write, 1
        .set    NR_execve, 59
        .set    NR_fcntl, 72
        .set    NR_exit_group, 231
        .set    F_SETFD, 2
        .set    FD_CLOEXEC, 1
        .set    ENOENT, 2
        .set    EACCES, 13
        .set    ENOTDIR, 20
        .text
image:
        .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0         # 64 bits, little endian, System V
        .quad   0
        .short  2, 62                                   # ET_EXEC, EM_X86_64
        .long   1
        .quad   BASE + start - image                    # e_entry
        .quad   header - image                          # e_phoff
        .quad   0                                       # e_shoff
        .long   0                                       # e_flags
        .short  64, 56, 2, 0, 0, 0                      # sizes and numbers of headers
header:
        .long   1, 5                                    # PT_LOAD, R+X
        .quad   0, BASE, BASE
        .quad   end - image, end - image, 0x10000
        .long   0x6474e551, 6                           # PT_GNU_STACK, R+W
        .quad   0, 0, 0, 0, 0, 16
start:
        mov     rbx, [rsp]                              # argc
        lea     r13, [rsp + 8]                          # r13: next candidate
        lea     r15, [r13 + rbx * 8 + 8]                # r15: envp
        mov     r14, r13                                # r14: the program's argv
        mov     ebp, ENOENT                             # ebp: errno to report
        xor     r12d, r12d                              # r12: index of the candidate it is about
        xor     ebx, ebx                                # rbx: index of the next candidate
find:   mov     rax, [r14]
        add     r14, 8
        test    rax, rax
        jz      bare                                    # started by the image, not by jbuild
        cmp     byte ptr [rax], 0
        jne     find
        mov     edi, STATUS
        mov     esi, F_SETFD
        mov     edx, FD_CLOEXEC
        mov     eax, NR_fcntl
        syscall
try:    mov     rdi, [r13]
        cmp     byte ptr [rdi], 0
        je      report
        mov     rsi, r14
        mov     rdx, r15
        mov     eax, NR_execve
        syscall
        neg     eax
        cmp     eax, ENOENT
        je      next
        cmp     eax, ENOTDIR
        je      next
        cmp     eax, EACCES
        jne     stop
        cmp     ebp, EACCES
        je      next                                    # the first one refused is the one named
        mov     ebp, eax
        mov     r12d, ebx
next:   add     r13, 8
        inc     ebx
        jmp     try
stop:   mov     ebp, eax
        mov     r12d, ebx
report: push    rax
        mov     [rsp], ebp
        mov     [rsp + 4], r12d
        mov     edi, STATUS
        mov     rsi, rsp
        mov     edx, 8
        mov     eax, NR_write
        syscall
bare:   mov     edi, 127
        cmp     ebp, ENOENT
        je      quit
        mov     edi, 126
quit:   mov     eax, NR_exit_group
        syscall
end:
