package dev.fastpull.messages;

/** The names of the queues and topics, unless the operator gives them others. */
public final class Destinations {
    /** Queue: build requests, from producers to workers. */
    public static final String REQUESTS = "fastpull.build.requests";
    /** Queue: completion events, one for each request. */
    public static final String EVENTS = "fastpull.build.events";
    /** Queue: requests that could not be read, unchanged, with the reason as a property. */
    public static final String INVALID = "fastpull.build.invalid";
    /** Topic, not persistent: news of running builds; any of it may be lost. */
    public static final String PROGRESS = "fastpull.build.progress";
    /** Topic: to all workers, such as that a build is to be canceled. */
    public static final String CONTROL = "fastpull.build.control";
    /** Queue: cancellations that are kept for requests that no worker has taken yet. */
    public static final String CANCELS = "fastpull.build.cancels";
    /** Queue: what workers leave about a request for whoever receives it next; of no use to anybody else. */
    public static final String NOTES = "fastpull.build.notes";

    private Destinations() {}

    /**
     * {@return the queue for builds on a platform of their own, beside {@link #REQUESTS}: a queue has workers of one
     * platform only, since a consumer cannot leave out what it cannot build}
     *
     * @param platform the platform
     */
    public static String requests(Platform platform) {
        return REQUESTS + "." + platform.toString().replace('/', '-');
    }
}
