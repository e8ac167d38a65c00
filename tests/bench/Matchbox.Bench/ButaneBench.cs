using System.Diagnostics;
using Matchbox.Butane;
using Matchbox.Testing;

namespace Matchbox.Bench;

/// <summary>What one translation costs, for configs of the corpus from the smallest to the largest.</summary>
internal static class ButaneBench
{
    private static readonly string[] Cases = ["min-flatcar1_1_0", "all-flatcar1_1_0", "large-0-flatcar1_1_0", "large-1-flatcar1_1_0", "large-3-fcos1_7_0"];
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(3);

    public static int Run()
    {
        Console.WriteLine($"{"case",-24} {"octets",8} {"ms median",10} {"ms best",8} {"kB allocated",13}");
        foreach (var name in Cases)
        {
            Measure(name);
        }
        return 0;
    }

    private static void Measure(string name)
    {
        var folder = Path.Combine(Corpus.ButaneCases, name);
        var source = File.ReadAllBytes(Path.Combine(folder, "config.bu"));
        var files = Path.Combine(folder, "files");
        var options = new ButaneOptions { Files = Directory.Exists(files) ? new CorpusFolder("files", files) : null };
        var times = new List<double>();
        var whole = Stopwatch.StartNew();
        long allocated = 0;
        while (whole.Elapsed < Span)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            if (ButaneConverter.Convert(source, options).Output is null)
            {
                throw new InvalidOperationException($"{name} was refused");
            }
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        // The first half is the runtime's, which compiles what is used often.
        times.RemoveRange(0, times.Count / 2);
        times.Sort();
        Console.WriteLine($"{name,-24} {source.Length,8} {times[times.Count / 2],10:0.000} {times[0],8:0.000} {allocated / 1000,13}");
    }
}
