namespace Matchbox.Butane.Compression;
internal static class GoGzip { public static byte[] Compress(ReadOnlySpan<byte> d) { using var m = new MemoryStream(); using (var g = new System.IO.Compression.GZipStream(m, System.IO.Compression.CompressionLevel.SmallestSize)) { g.Write(d); } return m.ToArray(); } }
