/* hello FILE TEXT: writes TEXT to FILE and says so. No libc, so that it runs in an image made from scratch. */
#if defined(__x86_64__)
static long call(long n, long a, long b, long c, long d) {
    long r;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return r;
}
enum { WRITE = 1, OPENAT = 257, EXIT = 60 };
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call start\n");
#elif defined(__aarch64__)
static long call(long n, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c,
        x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}
enum { WRITE = 64, OPENAT = 56, EXIT = 93 };
__asm__(".globl _start\n_start: mov x0, sp\n b start\n");
#endif

static long length(const char *s) {
    long n = 0;
    while (s[n]) n++;
    return n;
}

static long say(long fd, const char *s) { return call(WRITE, fd, (long)s, length(s), 0); }

__attribute__((noreturn)) static void end(long code) {
    for (;;) call(EXIT, code, 0, 0, 0);
}

__attribute__((used, noreturn)) void start(long *stack) {
    char **argv = (char **)(stack + 1);
    if (stack[0] != 3) {
        say(2, "usage: hello FILE TEXT\n");
        end(2);
    }
    long fd = call(OPENAT, -100, (long)argv[1], 01 | 0100 | 01000, 0644);
    if (fd < 0 || say(fd, argv[2]) < 0 || say(fd, "\n") < 0) {
        say(2, "cannot write ");
        say(2, argv[1]);
        say(2, "\n");
        end(1);
    }
    say(1, "wrote ");
    say(1, argv[1]);
    say(1, "\n");
    end(0);
}
