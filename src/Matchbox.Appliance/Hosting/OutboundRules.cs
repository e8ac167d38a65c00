using System.Net;
using System.Net.NetworkInformation;
using Matchbox.Appliance.Settings;
using Matchbox.Http.Outbound;

namespace Matchbox.Appliance.Hosting;

/// <summary>Which addresses this appliance calls: none of its own listeners, and private ranges only where the settings allow them.</summary>
internal static class OutboundRules
{
    public static AddressRules Of(ApplianceSettings settings) => new(
        settings.OutboundAllow,
        [.. settings.Boot.Listen, .. settings.Boot.SecureListen, .. settings.Grpc.Listen, .. settings.Admin.Listen],
        OwnAddresses);

    // Asked anew each time: interfaces come and go.
    private static IReadOnlyCollection<IPAddress> OwnAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)];
}
