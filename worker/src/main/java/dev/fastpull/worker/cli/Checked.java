package dev.fastpull.worker.cli;

/** A command that looks at all it was given before it does anything, so that every mistake is told at once. */
interface Checked {

    /** Reads the options, and notes what is wrong with them; the command is run only where nothing is. */
    void check(Mistakes mistakes);
}
