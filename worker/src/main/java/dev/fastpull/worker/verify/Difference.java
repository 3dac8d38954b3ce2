package dev.fastpull.worker.verify;

/**
 * One thing that differs between the two images of a pair.
 *
 * @param path the path from the root, as people read it, such as {@code /etc/passwd}
 * @param what what differs, such as {@code size}
 * @param oci what the OCI image says
 * @param nydus what the Nydus image says
 */
public record Difference(String path, String what, String oci, String nydus) {
    /** {@return one line for people} */
    @Override
    public String toString() {
        return path + ": " + what + " (OCI says " + oci + ", Nydus says " + nydus + ")";
    }
}
