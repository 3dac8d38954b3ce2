package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where a context may come from: https from public addresses, and what the operator's prefixes allow. The scheme and
 * the prefixes are checked on each URL; the address is checked where it is looked up to connect to it, so that a name
 * cannot mean one address when it is checked and another when it is used.
 *
 * @param allowed the operator's prefixes
 */
record AddressRule(List<UrlPrefix> allowed) {
    /** An address that may not be connected to. An UnknownHostException, as resolvers throw nothing else. */
    static final class Refused extends UnknownHostException {
        private final AddressClass kind;

        Refused(AddressClass kind) {
            super("refused: " + kind.words());
            this.kind = kind;
        }

        AddressClass kind() {
            return kind;
        }
    }

    /** {@return whether the operator allows the URL, so that its address does not matter} */
    boolean exempts(ContextUrl url) {
        return allowed.stream().anyMatch(prefix -> prefix.matches(url));
    }

    /** Refuses a URL that the operator does not allow and that is not https. */
    void check(ContextUrl url) throws BuildException {
        if (!url.scheme().equals("https") && !exempts(url)) {
            throw new BuildException(FailureReason.POLICY_DENIED, "The context's URL " + url
                    + " is not https. The operator can allow it with --context-allow " + suggestion(url) + ".");
        }
    }

    /** {@return a resolver that refuses hosts with any address that is not public} */
    Resolver guarding(Resolver resolver) {
        return host -> {
            List<InetAddress> addresses = resolver.resolve(host);
            for (InetAddress address : addresses) {
                AddressClass kind = AddressClass.of(address);
                if (kind != AddressClass.PUBLIC) {
                    throw new Refused(kind);
                }
            }
            return addresses;
        };
    }

    /** {@return the exception that tells of a refused address} */
    BuildException denied(ContextUrl url, Refused refused) {
        return new BuildException(FailureReason.POLICY_DENIED,
                "The context's URL " + url + " leads to " + refused.kind().words()
                        + ", and contexts come from public addresses only. The operator can allow it with"
                        + " --context-allow " + suggestion(url) + ".");
    }

    private static String suggestion(ContextUrl url) {
        return new ContextUrl(url.scheme(), url.host(), url.port(), "/", null, null).toString();
    }
}
