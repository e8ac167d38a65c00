using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Matchbox.Core.Catalogs;

namespace Matchbox.Bench;

/// <summary>What a snapshot of 10,000 groups costs to make and to ask, and what one machine's config costs.</summary>
internal static class CatalogBench
{
    private const int Groups = 10_000;

    public static int Run()
    {
        if (!ConfigFile.TryCompile("ignition/node.yaml.tmpl", Encoding.UTF8.GetBytes(BootFolder.Template), out var config, out var error))
        {
            throw new InvalidOperationException(error.Message);
        }
        Group[] groups = [.. Enumerable.Range(0, Groups).Select(Of)];
        var profile = new Profile { Id = "node", Boot = new NetBoot("/assets/vmlinuz", ["/assets/initrd"], ["a=b"]), IgnitionId = "node.yaml.tmpl" };
        var catalog = Make(null);
        Measure("snapshot, all of it new", 5, () => Make(null));
        Measure("snapshot, one group changed", 20, () =>
        {
            groups[5_000] = Of(5_000);
            catalog = Make(catalog);
        });
        Labels[] machines = [.. Enumerable.Range(0, Groups).Select(i => new Labels { { "uuid", "16e7d8a7-bfa9-428b-9117-363341bb330b" }, { "mac", BootFolder.MacOf(i) } })];
        var next = 0;
        Measure("selection", 200_000, () => _ = catalog.Select(machines[next++ % Groups]) ?? throw new InvalidOperationException("no group"));
        Measure("selection, and its offer", 200_000, () => _ = catalog.OfferOf(catalog.Select(machines[next++ % Groups])!) ?? throw new InvalidOperationException("no offer"));
        var renderer = new ConfigRenderer();
        Measure("config, another text each", 5_000, () =>
        {
            var at = next++ % Groups;
            var rendered = renderer.Ignition(config, groups[at], new RequestData([.. machines[at]], $"n={next}"));
            _ = rendered.Bytes ?? throw new InvalidOperationException(rendered.Failure);
        });
        byte[][] texts = [.. Enumerable.Range(0, 500).Select(i => Encoding.UTF8.GetBytes(Text(i)))];
        Measure("  of it Butane alone", 5_000, () => _ = Butane.ButaneConverter.Convert(texts[next++ % 500], new Butane.ButaneOptions()).Output ?? throw new InvalidOperationException("refused"));
        return 0;

        string Text(int i) => BootFolder.Template.Replace("{{.ssh_key}}", $"ssh-ed25519 AAAA{i}", StringComparison.Ordinal).Replace("{{.name}}", $"node{i}", StringComparison.Ordinal)
            .Replace("{{.mac}}", BootFolder.MacOf(i), StringComparison.Ordinal).Replace("{{.address}}", $"10.77.0.{i}", StringComparison.Ordinal).Replace("{{if .master}}true{{else}}false{{end}}", "true", StringComparison.Ordinal);
        Catalog Make(Catalog? previous) => new(groups, [KeyValuePair.Create("node", profile)], [KeyValuePair.Create("node.yaml.tmpl", config)], previous: previous);
    }

    private static Group Of(int i) => new()
    {
        Id = $"node{i}",
        Profile = "node",
        Selector = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("mac", BootFolder.MacOf(i)),
        Metadata = BootFolder.MetadataOf(i),
    };

    private static void Measure(string what, int count, Action action)
    {
        for (var i = 0; i < Math.Max(3, count / 2); i++)
        {
            action();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var pauses = GC.GetTotalPauseDuration();
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            action();
        }
        var elapsed = watch.Elapsed;
        Console.WriteLine(
            $"{what,-30} {(elapsed / count).TotalMicroseconds,12:N2} us, processor {((Environment.CpuUsage.TotalTime - processor) / count).TotalMicroseconds,10:N1} us, "
            + $"collecting {(GC.GetTotalPauseDuration() - pauses) / elapsed,4:P0}, {(GC.GetAllocatedBytesForCurrentThread() - before) / count,12:N0} octets allocated");
    }
}
