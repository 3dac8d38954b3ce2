package dev.fastpull.worker.metrics;

/** Why a message could not be taken for a request, as {@code fastpull_invalid_requests_total{reason}} has it. */
public enum InvalidKind {
    /** It is neither a text nor a bytes message, or its body cannot be unpacked. */
    WRONG_KIND("wrong_kind"),
    /** Its body is larger than a request may be. */
    TOO_LARGE("too_large"),
    /** It is not JSON, or not a request of this contract. */
    MALFORMED("malformed");

    private final String label;

    InvalidKind(String label) {
        this.label = label;
    }

    /** {@return the value of the metric's label} */
    public String label() {
        return label;
    }
}
