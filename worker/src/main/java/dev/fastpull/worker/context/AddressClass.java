package dev.fastpull.worker.context;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What kind of address a server has. Only {@link #PUBLIC} ones are connected to without the operator's word. The ranges
 * are those of the IANA special-purpose address registries (RFC 6890 and its successors), and one public address that
 * is a cloud's metadata service.
 */
enum AddressClass {
    PUBLIC("a public address"), LOOPBACK("a loopback address"), LINK_LOCAL(
            "a link-local address, where cloud metadata is"), METADATA("a cloud's metadata address"), PRIVATE(
                    "a private address"), SHARED("a carrier's shared address (CGNAT)"), UNSPECIFIED(
                            "an unspecified address"), MULTICAST("a multicast address"), BROADCAST(
                                    "a broadcast address"), DOCUMENTATION("an address for documentation"), BENCHMARKING(
                                            "an address for benchmarks"), EMBEDDED(
                                                    "an IPv6 address that hides an IPv4 address"), RESERVED(
                                                            "a reserved address");

    private final String words;

    AddressClass(String words) {
        this.words = words;
    }

    /** {@return the class with its article, for a sentence} */
    String words() {
        return words;
    }

    static AddressClass of(InetAddress address) {
        byte[] bytes = address.getAddress();
        // Java makes an Inet4Address of ::ffff:a.b.c.d itself, so mapped addresses come here as what they are.
        return address instanceof Inet4Address ? ofV4(bytes) : ofV6(bytes);
    }

    private static AddressClass ofV4(byte[] b) {
        long a = Integer.toUnsignedLong(ByteBuffer.wrap(b).getInt());
        if (a == 0xffff_ffffL) {
            return BROADCAST;
        }
        if (a == 0xa83f_8110L) {
            return METADATA; // 168.63.129.16, Azure's wire server, reachable from every machine there
        }
        return in(a, 0x0000_0000L, 8)
                ? UNSPECIFIED
                : in(a, 0x7f00_0000L, 8)
                        ? LOOPBACK
                        : in(a, 0xa9fe_0000L, 16)
                                ? LINK_LOCAL
                                : in(a, 0x0a00_0000L, 8) || in(a, 0xac10_0000L, 12) || in(a, 0xc0a8_0000L, 16)
                                        ? PRIVATE
                                        : in(a, 0x6440_0000L, 10)
                                                ? SHARED
                                                : in(a, 0xc000_0200L, 24) || in(a, 0xc633_6400L, 24)
                                                        || in(a, 0xcb00_7100L, 24)
                                                                ? DOCUMENTATION
                                                                : in(a, 0xc612_0000L, 15)
                                                                        ? BENCHMARKING
                                                                        : in(a, 0xc000_0000L, 24)
                                                                                || in(a, 0xc058_6300L, 24)
                                                                                        ? RESERVED
                                                                                        : in(a, 0xe000_0000L, 4)
                                                                                                ? MULTICAST
                                                                                                : in(a, 0xf000_0000L, 4)
                                                                                                        ? RESERVED
                                                                                                        : PUBLIC;
    }

    private static boolean in(long address, long network, int bits) {
        return address >>> (32 - bits) == network >>> (32 - bits);
    }

    private static AddressClass ofV6(byte[] b) {
        if (starts(b, 0x00, 0x64, 0xff, 0x9b) && zero(b, 4, 12)) {
            return ofV4(Arrays.copyOfRange(b, 12, 16)); // 64:ff9b::/96, how IPv6-only networks reach IPv4 (RFC 6052)
        }
        if (zero(b, 0, 12)) {
            int low = (b[12] | b[13] | b[14]) == 0 ? b[15] : -1;
            return low == 0 ? UNSPECIFIED : low == 1 ? LOOPBACK : EMBEDDED;
        }
        if ((zero(b, 0, 10) && b[10] == -1 && b[11] == -1)
                || starts(b, 0x20, 0x02) || starts(b, 0x20, 0x01, 0x00, 0x00)) {
            return EMBEDDED; // mapped, 6to4, Teredo
        }
        if ((b[0] & 0xff) == 0xff) {
            return MULTICAST;
        }
        if ((b[0] & 0xfe) == 0xfc || starts(b, 0x00, 0x64, 0xff, 0x9b) || site(b)) {
            return PRIVATE; // unique local; NAT64 with a prefix of the network's own; the old site-local
        }
        if ((b[0] & 0xff) == 0xfe && (b[1] & 0xc0) == 0x80) {
            return LINK_LOCAL;
        }
        if (starts(b, 0x20, 0x01, 0x0d, 0xb8) || (starts(b, 0x3f, 0xff) && (b[2] & 0xf0) == 0)) {
            return DOCUMENTATION;
        }
        if (starts(b, 0x20, 0x01) && (b[2] & 0xfe) == 0) {
            return RESERVED; // 2001::/23, protocol assignments, benchmarks among them
        }
        return (b[0] & 0xe0) == 0x20 ? PUBLIC : RESERVED; // all global unicast addresses are in 2000::/3
    }

    private static boolean site(byte[] b) {
        return (b[0] & 0xff) == 0xfe && (b[1] & 0xc0) == 0xc0;
    }

    private static boolean starts(byte[] b, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((b[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean zero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
