package dev.fastpull.worker.cli;

/** What {@code -o} may ask for; without it, what a person likes to read is printed. */
enum OutputFormat {
    /** JSON, and nothing else, on standard output. */
    JSON
}
