/*
 * act ACTION ARGUMENT… [ACTION ARGUMENT…]…: does one thing after the other, in an image made from scratch, without libc.
 *   print TEXT       prints a line
 *   write FILE TEXT  writes a line to a file
 *   time FILE        writes the clock's nanoseconds to a file, so that two runs differ, and prints them
 *   fill FILE MIB    writes so many MiB to a file; a full disk it tells as every program does, and exits with 1
 *   sleep SECONDS
 *   exit CODE
 */
#if defined(__x86_64__)
static long call(long n, long a, long b, long c, long d) {
    long r;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return r;
}
enum { WRITE = 1, OPENAT = 257, EXIT = 60, NANOSLEEP = 35, CLOCK_GETTIME = 228 };
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call start\n");
#elif defined(__aarch64__)
static long call(long n, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c,
        x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}
enum { WRITE = 64, OPENAT = 56, EXIT = 93, NANOSLEEP = 101, CLOCK_GETTIME = 113 };
__asm__(".globl _start\n_start: mov x0, sp\n b start\n");
#endif

static long length(const char *s) {
    long n = 0;
    while (s[n]) n++;
    return n;
}

static void say(long fd, const char *s) { call(WRITE, fd, (long)s, length(s), 0); }

__attribute__((noreturn)) static void end(long code) {
    for (;;) call(EXIT, code, 0, 0, 0);
}

static long number(const char *s) {
    long n = 0;
    while (*s) n = n * 10 + *s++ - '0';
    return n;
}

static void line(const char *file, const char *text) {
    long fd = file ? call(OPENAT, -100, (long)file, 01 | 0100 | 01000, 0644) : 1;
    if (fd < 0) {
        say(2, "cannot write ");
        say(2, file);
        say(2, "\n");
        end(1);
    }
    say(fd, text);
    say(fd, "\n");
}

static void clock(const char *file) {
    long time[2];
    char digits[24], *at = digits + 23;
    call(CLOCK_GETTIME, 0, (long)time, 0, 0);
    long left = time[0] * 1000000000 + time[1];
    for (*at = 0; left; left /= 10) *--at = '0' + left % 10;
    line(file, at);
    line(0, at);
}

static void fill(const char *file, long mib) {
    static char block[1 << 20];
    long fd = call(OPENAT, -100, (long)file, 01 | 0100 | 01000, 0644);
    /* The last write before the disk is full may be a short one; then another block is tried. */
    for (long written = 0; written < mib << 20;) {
        long n = call(WRITE, fd, (long)block, sizeof block, 0);
        if (n < 0) {
            say(2, file);
            say(2, n == -28 ? ": No space left on device\n" : ": cannot write\n");
            end(1);
        }
        written += n;
    }
}

__attribute__((used, noreturn)) void start(long *stack) {
    char **arg = (char **)(stack + 2);
    while (arg[0] && arg[1]) {
        switch (arg[0][0]) {
            case 'p': line(0, arg[1]); break;
            case 't': clock(arg[1]); break;
            case 'e': end(number(arg[1]));
            case 's': {
                long time[2] = {number(arg[1]), 0};
                call(NANOSLEEP, (long)time, 0, 0, 0);
                break;
            }
            case 'w':
                if (!arg[2]) end(2);
                line(arg[1], arg[2]);
                arg++;
                break;
            case 'f':
                if (!arg[2]) end(2);
                fill(arg[1], number(arg[2]));
                arg++;
                break;
            default: end(2);
        }
        arg += 2;
    }
    end(arg[0] ? 2 : 0);
}
