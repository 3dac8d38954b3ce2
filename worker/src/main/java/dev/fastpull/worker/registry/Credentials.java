package dev.fastpull.worker.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to a registry who is asking. No {@code toString} of these shows a secret. */
public sealed interface Credentials {
    /** {@return no credentials} */
    static Credentials anonymous() {
        return new Anonymous();
    }

    /** None. */
    record Anonymous() implements Credentials {}

    /**
     * A user's name and password.
     *
     * @param username the name
     * @param password the password or access token
     */
    record Basic(String username, String password) implements Credentials {
        /** {@return the value of an Authorization header} */
        String header() {
            return "Basic " + encoded();
        }

        /** {@return name, colon and password in Base64} */
        String encoded() {
            return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Basic[hidden]";
        }
    }

    /**
     * A refresh token that the registry's token server exchanges.
     *
     * @param token the token
     */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "IdentityToken[hidden]";
        }
    }

    /**
     * A bearer token that is sent as it is.
     *
     * @param token the token
     */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "RegistryToken[hidden]";
        }
    }
}
