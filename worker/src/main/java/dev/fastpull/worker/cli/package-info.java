/** The command line: options become one immutable configuration, and the parts of the worker are put together here. */
@NullMarked
package dev.fastpull.worker.cli;

import org.jspecify.annotations.NullMarked;
