using System.Diagnostics.Metrics;

namespace Matchbox.Http.Boot;

/// <summary>What the boot listener counts, under the meter <c>Matchbox.Http</c>.</summary>
internal static class BootTelemetry
{
    private static readonly Meter Meter = new("Matchbox.Http");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("matchbox_boot_requests", description: "Requests of the boot listener, by kind of path and status.");
    private static readonly Counter<long> Octets = Meter.CreateCounter<long>("matchbox_boot_file_bytes", "By", "Octets of assets and loaders sent over HTTP.");

    public static void Answered(string kind, int status) => Requests.Add(1, new("kind", kind), new("status", status));

    public static void Sent(string kind, long octets)
    {
        if (octets > 0)
        {
            Octets.Add(octets, new KeyValuePair<string, object?>("kind", kind));
        }
    }
}
