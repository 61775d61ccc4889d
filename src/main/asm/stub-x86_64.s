# long start(clone_args *rdi, size_t rsi, entry *rdx, status *rcx)
#
# clone3(2); the parent gets the pid or a negative errno back. The child, on the same memory, makes
# the system calls of a table until one of them execs, exits or fails. See StubCode and ProgramLayout.
#
# entry:  nr, a0..a5 at 0..48; store at 56; tolerated at 64; 72 bytes in all
# store:  0, or the address of the first cell that takes the result; each such cell holds the address
#         of the next until it is overwritten, 0 in the last
# tolerated: 0 nothing, 1 every error, else the one errno, negative
# status: the negative errno and the address of the entry that failed
        .intel_syntax noprefix
        .text
start:
        endbr64
        push    rbx
        push    r12
        mov     rbx, rdx
        mov     r12, rcx
        mov     eax, 435                        # clone3
        syscall
        test    rax, rax
        jz      next
        pop     r12
        pop     rbx
        ret
next:                                           # the child: no stack from here on
        mov     rax, [rbx]
        mov     rdi, [rbx+8]
        mov     rsi, [rbx+16]
        mov     rdx, [rbx+24]
        mov     r10, [rbx+32]
        mov     r8,  [rbx+40]
        mov     r9,  [rbx+48]
        syscall
        cmp     rax, -4095
        jb      store                           # unsigned: not an error
        mov     rcx, [rbx+64]
        cmp     rcx, 1
        je      store
        cmp     rax, rcx
        jne     failed
store:
        mov     rcx, [rbx+56]
chain:
        test    rcx, rcx
        jz      advance
        mov     rdx, [rcx]
        mov     [rcx], rax
        mov     rcx, rdx
        jmp     chain
advance:
        add     rbx, 72
        jmp     next
failed:
        mov     [r12+8], rbx                    # first: an errno there means that both are
        mov     [r12], rax
        mov     edi, 127
        mov     eax, 231                        # exit_group
        syscall
        hlt
