using System.Globalization;
using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Storage.LiteDb;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Bench;

/// <summary>
/// How long it takes from a write of one group until requests are answered by it, among many groups whose config is a Butane
/// template: by a call that keeps it in the database, and by a file of the folder.
/// </summary>
internal static class LiveCatalogBench
{
    private const int Rounds = 200;
    private const int WarmUp = 5;

    public static async Task<int> RunAsync(string? count)
    {
        var groups = count is null ? 10_000 : int.Parse(count, CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("matchbox-bench-").FullName;
        try
        {
            await RunAsync(folder, groups);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static async Task RunAsync(string folder, int groups)
    {
        var data = Path.Combine(folder, "data");
        foreach (var part in (string[])["groups", "profiles", "ignition"])
        {
            Directory.CreateDirectory(Path.Combine(data, part));
        }
        File.WriteAllText(Path.Combine(data, "profiles/p.json"), """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.yaml"}""");
        File.WriteAllText(Path.Combine(data, "ignition/x.yaml"),
            "variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: /etc/hostname\n      contents: {inline: {{.name}}}\n");
        for (var i = 0; i < groups; i++)
        {
            File.WriteAllBytes(Path.Combine(data, $"groups/g{i}.json"), Group(i, "first"));
        }
        using var database = new ApplianceDatabase(Path.Combine(folder, "appliance.db"));
        var started = TimeProvider.System.GetTimestamp();
        var store = new TimedStore(new LiteDbDocumentStore(database));
        using var catalog = new LiveCatalog(
            new LiveCatalogSettings { Folder = data }, store, new RecordedEvents(), TimeProvider.System, NullLogger<LiveCatalog>.Instance);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{catalog.Current.Groups.Length} groups read in {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:F0} ms, {catalog.Latest.Faults.Length} faults"));
        await catalog.StartAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(8));               // the first looks, while files are fresh

        await MeasureAsync("by call", catalog, groups, async (_, content) =>
        {
            var outcome = await catalog.ChangeAsync([new DocumentChange("groups/called.json", content)], DocumentCheck.Sound, dryRun: false, CancellationToken.None);
            if (outcome is not ChangeOutcome.Done)
            {
                throw new InvalidOperationException($"{outcome}");
            }
        });
        Console.WriteLine($"  of it the database: {Of(store.Times)}");
        await MeasureAsync("by folder, renamed into place", catalog, groups + 1, (round, content) =>
        {
            var beside = Path.Combine(folder, $"beside{round}");
            File.WriteAllBytes(beside, content);
            File.Move(beside, Path.Combine(data, "groups/renamed.json"), overwrite: true);
            return Task.CompletedTask;
        });
        await MeasureAsync("by folder, written in place", catalog, groups + 2, (_, content) => File.WriteAllBytesAsync(Path.Combine(data, "groups/written.json"), content));
        await catalog.StopAsync(CancellationToken.None);
    }

    private static async Task MeasureAsync(string how, LiveCatalog catalog, int number, Func<int, byte[], Task> write)
    {
        var labels = new Labels { { "mac", MacOf(number) } };
        var times = new List<double>();
        for (var round = 0; round < Rounds + WarmUp; round++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await write(round, Group(number, $"round{round}"));
            while (catalog.Current.Select(labels) is not { } group || group.Name != $"round{round}")
            {
                await Task.Delay(1);
            }
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(50);
        }
        Console.WriteLine($"{how}: {Of(times)}");
    }

    private static string Of(List<double> all)
    {
        double[] times = [.. all.Skip(WarmUp).Order()];
        return string.Create(CultureInfo.InvariantCulture,
            $"{times[0]:F1} ms at best, {times[Rounds / 2]:F1} ms median, {times[Rounds * 9 / 10]:F1} ms for 9 of 10, {times[Rounds * 99 / 100]:F1} ms for 99 of 100, {times[^1]:F1} ms at worst");
    }

    private static byte[] Group(int number, string name) => Encoding.UTF8.GetBytes(
        $$$"""{"id": "g{{{number}}}", "name": "{{{name}}}", "profile": "p", "selector": {"mac": "{{{MacOf(number)}}}"}, "metadata": {"name": "node{{{number}}}"}}""");

    private static string MacOf(int number) => string.Create(CultureInfo.InvariantCulture, $"52:54:00:{number >> 16 & 255:x2}:{number >> 8 & 255:x2}:{number & 255:x2}");

    private sealed class TimedStore(IDocumentStore store) : IDocumentStore
    {
        public List<double> Times { get; } = [];

        public IReadOnlyList<CatalogDocument> Load() => store.Load();

        public void Apply(IReadOnlyList<DocumentChange> changes)
        {
            var started = TimeProvider.System.GetTimestamp();
            store.Apply(changes);
            Times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}
