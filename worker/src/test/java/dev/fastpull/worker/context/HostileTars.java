package dev.fastpull.worker.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fastpull.messages.FailureReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Tars that have to be refused, each with its name and the reason. */
final class HostileTars {
    private HostileTars() {}

    static Stream<Arguments> all() {
        List<Arguments> cases = new ArrayList<>();
        for (String name : List.of("../victim", "../new", "a/../../victim", "./../victim", "..", "../", "a/..",
                "a/../b",
                "..\\victim", "a\\..\\..\\victim", "/victim", "//victim", "\\victim", "C:/victim", "c:\\victim",
                "folder/../../victim")) {
            cases.add(refused("name " + name, new TarBuilder().file(name, "x")));
            cases.add(refused("folder " + name, new TarBuilder().folder(name, 0700)));
            cases.add(refused("link " + name, new TarBuilder().symlink(name, "a")));
            cases.add(refused("hard link from " + name, new TarBuilder().file("f", "x").hardLink(name, "f")));
            cases.add(refused("hard link to " + name, new TarBuilder().hardLink("h", name)));
        }
        links(cases);
        types(cases);
        numbers(cases);
        return cases.stream();
    }

    private static void links(List<Arguments> cases) {
        for (String target : List.of("..", "../victim", "../../victim", "./../victim", "a/../../victim", "a/../..",
                "/../victim", "")) {
            cases.add(refused("link to " + target, new TarBuilder().symlink("l", target)));
        }
        cases.add(refused("link two folders up", new TarBuilder().symlink("a/l", "../../victim")));
        cases.add(refused("link chain", new TarBuilder().folder("a/b/c", 0755).symlink("a/b/c/x", "../../..")
                .symlink("y", "a/b/c/x/../victim")));
        cases.add(refused("link chain, last first", new TarBuilder().symlink("y", "a/b/c/x/../victim")
                .symlink("a/b/c/x", "../../..")));
        cases.add(
                refused("file through a link", new TarBuilder().folder("s", 0755).symlink("d", "s").file("d/f", "x")));
        cases.add(refused("file through an absolute link", new TarBuilder().symlink("d", "/tmp").file("d/f", "x")));
        cases.add(refused("folder through a link", new TarBuilder().symlink("d", "/tmp").folder("d/f", 0700)));
        cases.add(refused("link through a link", new TarBuilder().symlink("d", "/tmp").symlink("d/f", "x")));
        cases.add(refused("hard link through a link",
                new TarBuilder().symlink("d", "/etc").hardLink("h", "d/passwd")));
        cases.add(refused("hard link into a link", new TarBuilder().file("f", "").symlink("d", "/tmp")
                .hardLink("d/f", "f")));
        cases.add(refused("file over a link", new TarBuilder().symlink("f", "/tmp/x").file("f", "x")));
        cases.add(refused("folder over a link", new TarBuilder().symlink("d", "/tmp").folder("d", 0700)));
        cases.add(refused("link over a folder", new TarBuilder().folder("d", 0700).symlink("d", "/tmp")));
        cases.add(refused("link over a file", new TarBuilder().file("f", "x").symlink("f", "/tmp")));
        cases.add(refused("file over a folder", new TarBuilder().folder("d", 0700).file("d", "x")));
        cases.add(refused("folder over a file", new TarBuilder().file("d", "x").folder("d", 0700)));
        cases.add(refused("file used as a folder", new TarBuilder().file("d", "x").file("d/e", "x")));
        cases.add(refused("loop used as a folder",
                new TarBuilder().symlink("a", "b").symlink("b", "a").file("a/x", "")));
        cases.add(refused("hard link to a link", new TarBuilder().symlink("l", "/etc/passwd").hardLink("h", "l")));
        cases.add(refused("hard link to a folder", new TarBuilder().folder("d", 0700).hardLink("h", "d")));
        cases.add(refused("hard link to what comes later", new TarBuilder().hardLink("h", "f").file("f", "x")));
        cases.add(refused("hard link to itself", new TarBuilder().file("f", "x").hardLink("f", "./f")));
        cases.add(refused("hard link over a folder",
                new TarBuilder().file("f", "x").folder("d", 0700).hardLink("d", "f")));
        cases.add(refused("file as the root", new TarBuilder().entry('0', ".", "", 0, new byte[0])));
        cases.add(refused("link as the root", new TarBuilder().symlink("./", "/tmp")));
    }

    private static void types(List<Arguments> cases) {
        for (char type : new char[]{'3', '4', '6', 'S', 'Z', 'V', 'M', 'D'}) {
            cases.add(refused("type " + type, new TarBuilder().entry(type, "x", "", 0644, new byte[0])));
        }
        cases.add(refused("pax sparse", new TarBuilder().pax("GNU.sparse.major", "1").file("x", "y")));
        cases.add(refused("pax NUL", new TarBuilder().pax("path", "a\0b").file("x", "y")));
        cases.add(refused("pax climbs", new TarBuilder().pax("path", "../victim").file("x", "y")));
        cases.add(refused("pax link climbs", new TarBuilder().pax("linkpath", "../victim").symlink("x", "y")));
        cases.add(refused("pax link NUL", new TarBuilder().pax("linkpath", "a\0b").symlink("x", "y")));
        cases.add(refused("GNU name climbs", new TarBuilder().entry('L', "L", "", 0, "../victim\0".getBytes(UTF_8))
                .file("x", "y")));
        cases.add(refused("GNU link climbs", new TarBuilder().entry('K', "K", "", 0, "../victim\0".getBytes(UTF_8))
                .symlink("x", "y")));
        cases.add(refused("global path", new TarBuilder().entry('g', "g", "", 0, "11 path=../\n".getBytes(UTF_8))
                .file("x", "y")));
        for (String records : List.of("x", "9 path=ab", "7 path=a\n", "99999999999 path=a\n", "-1 path=a\n",
                "3 \n", "8 path a\n", "13 size=1e3\n\n", "12 size=-12\n", "14 mtime=1.a\n\n")) {
            cases.add(refused("pax " + records, new TarBuilder().entry('x', "x", "", 0, records.getBytes(UTF_8))
                    .file("x", "y")));
        }
        cases.add(refused("pax of no entry", new TarBuilder().pax("path", "a")));
        cases.add(refused("no name", new TarBuilder().file("", "x")));
        cases.add(refused("256 bytes in a part", new TarBuilder().pax("path", "n".repeat(256)).file("x", "y")));
        byte[] latin = new TarBuilder().file("xx", "y").end();
        latin[1] = (byte) 0xe9;
        cases.add(refused("name in Latin-1", TarBuilder.resign(latin)));
        cases.add(tooLarge("64 KiB pax name", new TarBuilder().pax("path", "n/".repeat(32768)).file("x", "y")));
        cases.add(tooLarge("64 KiB GNU name",
                new TarBuilder().entry('L', "L", "", 0, "n/".repeat(32768).getBytes(UTF_8)).file("x", "y")));
        cases.add(tooLarge("2 MiB pax header", new TarBuilder().pax("comment", "n".repeat(2 << 20)).file("x", "y")));
        cases.add(tooLarge("200 folders deep", new TarBuilder().pax("path", "n/".repeat(200)).file("x", "y")));
    }

    private static void numbers(List<Arguments> cases) {
        cases.add(refused("size beyond the end", new TarBuilder().header('0', "x", "", 0, 5000).data(new byte[600])));
        cases.add(refused("size too small", new TarBuilder().header('0', "x", "", 0, 1).data(
                "y".repeat(1000).getBytes(UTF_8))));
        cases.add(tooLarge("size beyond the limit", new TarBuilder().pax("size", "900000000000").file("x", "y")));
        cases.add(refused("data after a folder", new TarBuilder().header('5', "d", "", 0755, 600).data(
                "y".repeat(600).getBytes(UTF_8))));
        byte[] negative = new TarBuilder().file("x", "y").end();
        Arrays.fill(negative, 124, 136, (byte) 0xff);
        cases.add(refused("negative size", TarBuilder.resign(negative)));
        byte[] letters = new TarBuilder().file("x", "y").end();
        letters[126] = 'z';
        cases.add(refused("size of letters", TarBuilder.resign(letters)));
        byte[] unsigned = new TarBuilder().file("x", "y").file("z", "y").end();
        unsigned[1024] = 'w';
        cases.add(refused("wrong checksum", unsigned));
        cases.add(refused("hole in the middle",
                new TarBuilder().file("x", "y").raw(new byte[512]).file("z", "y")));
        cases.add(refused("no end", new TarBuilder().file("x", "y").bytes()));
    }

    private static Arguments refused(String name, TarBuilder tar) {
        return refused(name, tar.end());
    }

    static Arguments refused(String name, byte[] archive) {
        return Arguments.of(name, FailureReason.CONTEXT_REJECTED, archive);
    }

    private static Arguments tooLarge(String name, TarBuilder tar) {
        return Arguments.of(name, FailureReason.CONTEXT_TOO_LARGE, tar.end());
    }
}
