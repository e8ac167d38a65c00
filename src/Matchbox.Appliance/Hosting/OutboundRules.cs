using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Matchbox.Appliance.Settings;
using Matchbox.Http.Outbound;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// Which addresses this appliance calls: none of its own listeners, and private ranges only where the settings that count now allow them.
/// </summary>
internal sealed class OutboundRules(ApplianceSettings settings)
{
    // Listeners stay as they were at the start.
    private readonly ImmutableArray<IPEndPoint> _listeners = [.. settings.Boot.Listen, .. settings.Boot.SecureListen, .. settings.Grpc.Listen, .. settings.Admin.Listen];
    private volatile AddressRules? _rules;

    /// <summary>Why this address and port may not be called; null: they may.</summary>
    public string? WhyNot(IPEndPoint target) => (_rules ??= new AddressRules(settings.OutboundAllow, _listeners, OwnAddresses)).WhyNot(target);

    /// <summary>From now on, of private ranges these may be called.</summary>
    public void Allow(ImmutableArray<IPNetwork> networks) => _rules = new AddressRules(networks, _listeners, OwnAddresses);

    // Asked anew each time: interfaces come and go.
    private static IReadOnlyCollection<IPAddress> OwnAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)];
}
