using System.Net;
using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Tests.Settings;

/// <summary>Everything is there but what lies under /no; only a few host names are known.</summary>
internal sealed class FakeSurroundings : ISurroundings
{
    public bool HasIPv6 { get; init; } = true;

    public string? Stat(string path) => IsFolder(path) ? null : "no such file or directory";

    public bool IsFolder(string path) => path != "/no" && !path.StartsWith("/no/", StringComparison.Ordinal);

    public IReadOnlyList<IPAddress> Resolve(string host) => host switch
    {
        "boot.lab" => [IPAddress.Parse("fd00::1"), IPAddress.Parse("10.77.0.1")],
        "six.lab" => [IPAddress.Parse("fd00::1")],
        _ => [],
    };
}
