using System.IO.Compression;
using Matchbox.Butane.Compression;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.Compression;

public sealed class GoGzipTests
{
    private const string Marker = "data:;base64,H4sI";

    // What a user compressed with another tool says so here, and is passed on by butane as it is.
    private static readonly byte[] GoHeader = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255];

    [Fact]
    public void Every_payload_of_the_real_butane_comes_out_byte_for_byte()
    {
        var (payloads, same) = (0, 0);
        foreach (var file in Directory.GetFiles(Corpus.ButaneCases, "config.ign", SearchOption.AllDirectories))
        {
            foreach (var payload in PayloadsOf(File.ReadAllText(file)).Where(payload => payload.AsSpan().StartsWith(GoHeader)))
            {
                payloads++;
                same += GoGzip.Compress(Decompress(payload)).AsSpan().SequenceEqual(payload) ? 1 : 0;
            }
        }
        Assert.Equal((payloads, true), (same, payloads > 400));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(258)]
    [InlineData(65273)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(98304)]
    [InlineData(300_000)]
    [InlineData(1_500_000)]
    public void What_is_compressed_can_be_read_again(int length)
    {
        var random = new Random(length);
        var data = new byte[length];
        AssertRoundTrip(data);

        random.NextBytes(data);
        AssertRoundTrip(data);

        for (var i = 0; i < length; i++)
        {
            data[i] = (byte)"0123456789abcdef"[random.Next(16)];
        }
        AssertRoundTrip(data);

        for (var i = 0; i < length; i++)
        {
            data[i] = (byte)(i % 70_001 * 7 % 251);
        }
        AssertRoundTrip(data);
    }

    [Fact]
    public void Random_mixtures_of_old_and_new_can_be_read_again()
    {
        var random = new Random(1951);
        for (var round = 0; round < 300; round++)
        {
            var data = new byte[random.Next(random.Next(100) == 0 ? 200_000 : 5000)];
            for (var i = 0; i < data.Length;)
            {
                var run = Math.Min(random.Next(1, 400), data.Length - i);
                if (i > 0 && random.Next(3) > 0)
                {
                    var from = i - random.Next(1, Math.Min(i, 40_000) + 1);
                    for (; run > 0; run--)
                    {
                        data[i++] = data[from++];
                    }
                }
                else
                {
                    random.NextBytes(data.AsSpan(i, run));
                    i += run;
                }
            }
            AssertRoundTrip(data);
        }
    }

    [Fact]
    public void Hardly_any_memory_is_taken_for_small_contents()
    {
        var data = "a small content, compressed again and again\n"u8.ToArray();
        _ = GoGzip.Compress(data);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            _ = GoGzip.Compress(data);
        }

        // Another test may borrow the spare tables once or twice meanwhile.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    private static void AssertRoundTrip(byte[] data)
    {
        var compressed = GoGzip.Compress(data);
        Assert.True(data.AsSpan().SequenceEqual(Decompress(compressed)));
        Assert.Equal(GoHeader, compressed[..10]);
        Assert.InRange(compressed.Length, 1, data.Length + (data.Length / 16384 * 5) + 64);
    }

    private static byte[] Decompress(byte[] payload)
    {
        using var stream = new GZipStream(new MemoryStream(payload), CompressionMode.Decompress);
        using var data = new MemoryStream();
        stream.CopyTo(data);
        return data.ToArray();
    }

    private static IEnumerable<byte[]> PayloadsOf(string ignition)
    {
        for (var at = ignition.IndexOf(Marker, StringComparison.Ordinal); at >= 0; at = ignition.IndexOf(Marker, at + 1, StringComparison.Ordinal))
        {
            var start = ignition.IndexOf(',', at) + 1;
            yield return Convert.FromBase64String(ignition[start..ignition.IndexOf('"', start)]);
        }
    }
}
