package dev.fastpull.messages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The id of the completion event of a request: the same for every delivery of the same request, so that a consumer can
 * drop a duplicate, and another for a different request under the same id.
 *
 * <p>
 * It is the UUIDv5 (RFC 9562) in the namespace {@link #NAMESPACE} of the requestId, a NUL, and the SHA-256, in hex, of the
 * request in canonical form: JSON without white space, members sorted by name, numbers as plain values. Where the body is
 * not JSON it is the SHA-256 of the body.
 */
public final class EventId {
    /** The namespace of fastpull's event ids, chosen at random once. */
    public static final UUID NAMESPACE = UUID.fromString("ca5576b3-a194-4d66-89f3-3ee0dd775f91");

    private EventId() {}

    /**
     * The id for a request as it was received.
     *
     * @param requestId the request's id
     * @param body the message's body, in UTF-8 or whatever it is
     * @return the UUID in its usual form
     */
    public static String of(String requestId, byte[] body) {
        byte[] hashed;
        try {
            hashed = CanonicalJson.of(StrictJson.object(body, RequestLimits.BYTES)).getBytes(StandardCharsets.UTF_8);
        } catch (UnreadableMessageException e) {
            hashed = body;
        }
        String name = requestId + '\0' + HexFormat.of().formatHex(hasher("SHA-256").digest(hashed));
        return version5(NAMESPACE, name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /**
     * {@return the id for a request that never was a message, the same as if it had been sent}
     *
     * @param request the request
     */
    public static String of(BuildRequest request) {
        return of(request.requestId(), JsonValues.write(RequestWriter.write(request)).getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9562, section 5.5: 128 bits of the SHA-1 of namespace and name, with version and variant set. */
    static UUID version5(UUID namespace, byte[] name) {
        MessageDigest sha1 = hasher("SHA-1");
        sha1.update(ByteBuffer.allocate(16).putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits()).flip());
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name));
        long high = (hash.getLong() & ~0xF000L) | 0x5000L;
        long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low);
    }

    private static MessageDigest hasher(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
