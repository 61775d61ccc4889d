// The same as stub-x86_64.s, which has the comments: start(x0 clone_args, x1 size, x2 entry, x3 status)
        .text
start:
        stp     x19, x20, [sp, #-16]!
        mov     x19, x2
        mov     x20, x3
        mov     x8, #435                        // clone3
        svc     #0
        cbz     x0, next
        ldp     x19, x20, [sp], #16
        ret
next:
        ldp     x8, x0, [x19]
        ldp     x1, x2, [x19, #16]
        ldp     x3, x4, [x19, #32]
        ldr     x5, [x19, #48]
        svc     #0
        cmn     x0, #4095
        b.lo    store                           // no carry: not an error
        ldr     x9, [x19, #64]
        cmp     x9, #1
        b.eq    store
        cmp     x0, x9
        b.ne    failed
store:
        ldr     x9, [x19, #56]
chain:
        cbz     x9, advance
        ldr     x10, [x9]
        str     x0, [x9]
        mov     x9, x10
        b       chain
advance:
        add     x19, x19, #72
        b       next
failed:
        str     x19, [x20, #8]
        str     x0, [x20]
        mov     x0, #127
        mov     x8, #94                         // exit_group
        svc     #0
        brk     #0
