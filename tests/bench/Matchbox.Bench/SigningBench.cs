using System.Diagnostics;
using Matchbox.Http.Boot.Signing;
using Matchbox.Testing;

namespace Matchbox.Bench;

/// <summary>What one OpenPGP signature costs, by kind of key, of a script and of a large config. Needs gpg, which makes the keys.</summary>
internal static class SigningBench
{
    private static readonly string[] Algorithms = ["rsa2048", "rsa4096", "ed25519", "nistp256", "nistp521", "dsa2048"];
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);

    public static int Run()
    {
        if (!GnuPg.IsThere)
        {
            Console.Error.WriteLine(GnuPg.Absent);
            return 1;
        }
        using var gpg = new GnuPg();
        Console.WriteLine($"{"key",-10} {"octets",9} {"ms median",10} {"per second",11} {"kB allocated",13}");
        foreach (var algorithm in Algorithms)
        {
            var signer = OpenPgpSigner.Load(gpg.Make(algorithm).SecretPath, null, TimeProvider.System);
            Measure(algorithm, signer, 1_000);
            Measure(algorithm, signer, 4 << 20);
        }
        return 0;
    }

    private static void Measure(string name, OpenPgpSigner signer, int octets)
    {
        var text = new byte[octets];
        // Lines of a config's length: each line's end is hashed by itself.
        for (var at = 0; at < octets; at++)
        {
            text[at] = (byte)(at % 60 == 59 ? '\n' : 'x');
        }
        var times = new List<double>();
        var whole = Stopwatch.StartNew();
        long allocated = 0;
        while (whole.Elapsed < Span)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            _ = signer.Sign(text);
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        // The first half is the runtime's, which compiles what is used often.
        times.RemoveRange(0, times.Count / 2);
        times.Sort();
        var median = times[times.Count / 2];
        Console.WriteLine($"{name,-10} {octets,9} {median,10:0.000} {1000 / median,11:0} {allocated / 1000,13}");
    }
}
