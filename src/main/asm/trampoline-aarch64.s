// The program between the JVM and the sandboxed program: see docs/sandbox.md, "The trampoline".
//
// A whole static ELF file without an interpreter, assembled to a flat binary:
//   aarch64-linux-gnu-as -o t.o trampoline-aarch64.s
//   aarch64-linux-gnu-objcopy -O binary -j .text t.o trampoline
// Input: argv = candidate paths, an empty string, the program's own argv; envp = its environment;
// descriptor 3 = the pipe that tells the parent why nothing could be executed.
        .set    BASE, 0x400000
        .set    STATUS, 3
        .set    NR_fcntl, 25
        .set    NR_write, 64
        .set    NR_exit_group, 94
        .set    NR_execve, 221
        .set    F_SETFD, 2
        .set    FD_CLOEXEC, 1
        .set    ENOENT, 2
        .set    EACCES, 13
        .set    ENOTDIR, 20
        .text
image:
        .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0         // 64 bits, little endian, System V
        .quad   0
        .short  2, 183                                  // ET_EXEC, EM_AARCH64
        .long   1
        .quad   BASE + start - image                    // e_entry
        .quad   header - image                          // e_phoff
        .quad   0                                       // e_shoff
        .long   0                                       // e_flags
        .short  64, 56, 2, 0, 0, 0                      // sizes and numbers of headers
header:
        .long   1, 5                                    // PT_LOAD, R+X
        .quad   0, BASE, BASE
        .quad   end - image, end - image, 0x10000
        .long   0x6474e551, 6                           // PT_GNU_STACK, R+W
        .quad   0, 0, 0, 0, 0, 16
start:
        ldr     x9, [sp]                                // argc
        add     x19, sp, #8                             // x19: next candidate
        add     x20, x19, x9, lsl #3
        add     x20, x20, #8                            // x20: envp
        mov     x21, x19                                // x21: the program's argv
        mov     w22, #ENOENT                            // w22: errno to report
        mov     w23, wzr                                // w23: index of the candidate it is about
        mov     w24, wzr                                // w24: index of the next candidate
find:   ldr     x9, [x21], #8
        cbz     x9, bare                                // started by the image, not by jbuild
        ldrb    w10, [x9]
        cbnz    w10, find
        mov     x0, #STATUS
        mov     x1, #F_SETFD
        mov     x2, #FD_CLOEXEC
        mov     x8, #NR_fcntl
        svc     #0
try:    ldr     x0, [x19], #8
        ldrb    w10, [x0]
        cbz     w10, report
        mov     x1, x21
        mov     x2, x20
        mov     x8, #NR_execve
        svc     #0
        neg     w0, w0
        cmp     w0, #ENOENT
        b.eq    next
        cmp     w0, #ENOTDIR
        b.eq    next
        cmp     w0, #EACCES
        b.ne    stop
        cmp     w22, #EACCES
        b.eq    next                                    // the first one refused is the one named
        mov     w22, w0
        mov     w23, w24
next:   add     w24, w24, #1
        b       try
stop:   mov     w22, w0
        mov     w23, w24
report: stp     w22, w23, [sp, #-16]!
        mov     x0, #STATUS
        mov     x1, sp
        mov     x2, #8
        mov     x8, #NR_write
        svc     #0
bare:   mov     x0, #127
        cmp     w22, #ENOENT
        b.eq    quit
        mov     x0, #126
quit:   mov     x8, #NR_exit_group
        svc     #0
end:
