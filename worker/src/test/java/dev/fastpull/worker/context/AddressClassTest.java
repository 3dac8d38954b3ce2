package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressClassTest {
    @ParameterizedTest
    @CsvSource({"8.8.8.8, PUBLIC", "127.0.0.1, LOOPBACK", "127.255.255.254, LOOPBACK", "0.0.0.0, UNSPECIFIED",
            "0.1.2.3, UNSPECIFIED", "10.0.0.1, PRIVATE", "172.15.255.255, PUBLIC", "172.16.0.0, PRIVATE",
            "172.31.255.255, PRIVATE", "172.32.0.0, PUBLIC", "192.168.1.1, PRIVATE", "192.169.0.0, PUBLIC",
            "169.254.169.254, LINK_LOCAL", "100.63.255.255, PUBLIC", "100.64.0.0, SHARED", "100.100.100.200, SHARED",
            "100.127.255.255, SHARED", "100.128.0.0, PUBLIC", "168.63.129.16, METADATA", "192.0.0.8, RESERVED",
            "192.0.2.1, DOCUMENTATION", "198.51.100.7, DOCUMENTATION", "203.0.113.9, DOCUMENTATION",
            "192.88.99.1, RESERVED", "198.18.0.1, BENCHMARKING", "198.19.255.255, BENCHMARKING",
            "198.20.0.0, PUBLIC", "224.0.0.1, MULTICAST", "239.255.255.255, MULTICAST", "240.0.0.1, RESERVED",
            "255.255.255.255, BROADCAST", "2130706433, LOOPBACK", "127.1, LOOPBACK",
            "::, UNSPECIFIED", "::1, LOOPBACK", "::ffff:10.0.0.1, PRIVATE", "::ffff:8.8.8.8, PUBLIC",
            "::7f00:1, EMBEDDED", "::8.8.8.8, EMBEDDED", "2002:7f00:1::, EMBEDDED", "2001:0:1::1, EMBEDDED",
            "64:ff9b::a00:1, PRIVATE", "64:ff9b::a9fe:a9fe, LINK_LOCAL", "64:ff9b::808:808, PUBLIC",
            "64:ff9b:1::808:808, PRIVATE", "fe80::1, LINK_LOCAL", "febf::1, LINK_LOCAL", "fec0::1, PRIVATE",
            "fc00::1, PRIVATE", "fd00:ec2::254, PRIVATE", "ff02::1, MULTICAST", "2001:db8::1, DOCUMENTATION",
            "3fff::1, DOCUMENTATION", "2001:2::1, RESERVED", "100::1, RESERVED", "4000::1, RESERVED",
            "2606:4700::1111, PUBLIC", "2a00:1450::1, PUBLIC"})
    void knowsWhatAnAddressIs(String address, AddressClass expected) throws UnknownHostException {
        // A literal address is not looked up.
        assertThat(AddressClass.of(InetAddress.getByName(address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"00000000000000000000ffff0a000001"})
    void seesThroughAMappedAddressHoweverItWasMade(String hex) throws UnknownHostException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(AddressClass.of(InetAddress.getByAddress(bytes))).isEqualTo(AddressClass.PRIVATE);
    }
}
