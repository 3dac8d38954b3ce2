package dev.fastpull.worker.verify;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How the layers of an OCI image are compressed, which its manifest says in their media type. */
public enum LayerCompression {
    /** gzip, perhaps of several members, as eStargz and pigz write them. */
    GZIP("application/vnd.oci.image.layer.v1.tar+gzip"),
    /** Zstandard. */
    ZSTD("application/vnd.oci.image.layer.v1.tar+zstd");

    private final String mediaType;

    LayerCompression(String mediaType) {
        this.mediaType = mediaType;
    }

    /** {@return the media type of such a layer} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return a stream of the tar in a layer; closing it closes {@code layer}} */
    InputStream open(InputStream layer) throws IOException {
        InputStream buffered = new BufferedInputStream(layer, 1 << 16);
        return switch (this) {
            case GZIP -> GzipCompressorInputStream.builder().setInputStream(buffered).setDecompressConcatenated(true)
                    .get();
            case ZSTD -> new ZstdInputStreamNoFinalizer(buffered);
        };
    }
}
