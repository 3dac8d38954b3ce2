package dev.fastpull.worker.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Ports of this machine's loopback address. */
final class Ports {
    private static final Duration COMES_UP_WITHIN = Duration.ofSeconds(90);

    private Ports() {}

    /** {@return a port that nobody listens on} */
    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until a process listens there, or has ended. */
    static void awaitListener(int port, ProcessHandle process) {
        Awaitility.await("somebody listens on port " + port).atMost(COMES_UP_WITHIN)
                .failFast("the process ended; its log is in its folder", () -> !process.isAlive())
                .until(() -> listens(port));
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
