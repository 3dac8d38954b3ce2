package dev.fastpull.messages;

import java.time.Duration;

/**
 * How large a request and its parts may be. A request beyond one of these is rejected with a message that names the
 * limit.
 */
public final class RequestLimits {
    /** A whole request, in bytes of UTF-8. */
    public static final int BYTES = 256 * 1024;
    /** How deep objects and lists may lie in each other, the request itself counted. */
    public static final int DEPTH = 32;
    /** The digits and signs of one number. */
    public static final int NUMBER_CHARACTERS = 100;
    /** The metadata, in bytes of JSON without white space, in UTF-8. */
    public static final int METADATA_BYTES = 16 * 1024;

    /** A request's id, in characters. */
    public static final int ID_CHARACTERS = 128;
    /** More tags beside the image's own. */
    public static final int EXTRA_TAGS = 16;
    /** A context's URL, in characters. */
    public static final int URL_CHARACTERS = 8192;
    /** A path in a context, in characters. */
    public static final int PATH_CHARACTERS = 1024;
    /** The name of a credential or secret, in characters. */
    public static final int NAME_CHARACTERS = 128;
    /** A stage's name, in characters. */
    public static final int TARGET_CHARACTERS = 128;
    /** An inline Dockerfile, in characters. */
    public static final int DOCKERFILE_CHARACTERS = 128 * 1024;
    /** Build arguments. */
    public static final int BUILD_ARGS = 256;
    /** Labels. */
    public static final int LABELS = 256;
    /** The name of a build argument or label, in characters. */
    public static final int KEY_CHARACTERS = 255;
    /** The value of a build argument or label, in characters; Linux takes 128 KiB in one word of a command line. */
    public static final int VALUE_CHARACTERS = 32 * 1024;
    /** Secrets. */
    public static final int SECRETS = 32;
    /** Formats; there are two to choose from. */
    public static final int FORMATS = 8;
    /** Images whose cache may be used. */
    public static final int CACHE_FROM = 16;
    /** The longest timeout that may be asked for; an operator may allow less. */
    public static final Duration TIMEOUT = Duration.ofHours(24);
    /** Violations that are listed; of more than these only the number is told. */
    public static final int VIOLATIONS = 100;

    private RequestLimits() {}
}
