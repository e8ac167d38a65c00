using System.Buffers.Binary;

namespace Matchbox.Butane.Compression;

/// <summary>
/// gzip (RFC 1952) as Go's compress/gzip writes it at BestCompression, byte for byte: Butane compresses contents where
/// that makes them shorter, so its very choice hangs on these lengths.
/// </summary>
internal sealed class GoGzip
{
    /// <summary>The length of nothing, compressed: nothing else becomes shorter.</summary>
    public const int ShortestLength = 10 + 5 + TrailerLength;

    private const int TrailerLength = 8;
    private const int KeptOutput = 1 << 20;

    // No name, no time; "slowest" (2), operating system unknown (255).
    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255];
    private static readonly uint[] CrcTable = MakeCrcTable();

    // A set of tables takes most of a megabyte, so they are used again: by each thread that runs, and by those that were interrupted.
    private static readonly GoGzip?[] Spares = new GoGzip?[2 * Math.Clamp(Environment.ProcessorCount, 1, 8)];

    private readonly BitWriter _output = new();
    private readonly Deflater _deflater;

    private GoGzip() => _deflater = new Deflater(_output);

    /// <summary>One whole gzip stream. May be called from several threads; the tables of one call are kept for the next.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> data)
    {
        var gzip = Take();
        var result = gzip.Write(data);
        if (gzip._output.Capacity <= KeptOutput)
        {
            Keep(gzip);
        }
        return result;
    }

    private static GoGzip Take()
    {
        foreach (ref var spare in Spares.AsSpan())
        {
            if (Volatile.Read(ref spare) is not null && Interlocked.Exchange(ref spare, null) is { } gzip)
            {
                return gzip;
            }
        }
        return new GoGzip();
    }

    private static void Keep(GoGzip gzip)
    {
        foreach (ref var spare in Spares.AsSpan())
        {
            if (Interlocked.CompareExchange(ref spare, gzip, null) is null)
            {
                return;
            }
        }
    }

    private byte[] Write(ReadOnlySpan<byte> data)
    {
        _output.Clear();
        _deflater.Write(data);
        var deflated = _output.Written;
        var result = new byte[Header.Length + deflated.Length + TrailerLength];
        Header.CopyTo(result, 0);
        deflated.CopyTo(result.AsSpan(Header.Length));
        var trailer = result.AsSpan(Header.Length + deflated.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32(data));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)data.Length);
        return result;
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
            table[i] = crc;
        }
        return table;
    }
}
