package dev.fastpull.worker.context;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a host's name into its addresses. What it returns is both what is checked and what is connected to. */
@FunctionalInterface
public interface Resolver {
    /**
     * Looks a host up.
     *
     * @param host a name or a literal address without brackets
     * @return its addresses, never empty
     * @throws UnknownHostException if there is none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** {@return the system's resolver} */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
