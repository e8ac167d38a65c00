using Matchbox.Core.Catalogs;
using Matchbox.Core.Health;
using Matchbox.Core.Networks;
using Matchbox.Core.Secrets;
using Matchbox.Core.Webhooks;
using Matchbox.Dhcp;
using Matchbox.Dhcp.V4.Watching;

namespace Matchbox.Appliance.Hosting;

/// <summary>How each network stands: an interface that is away, a foreign server, or open.</summary>
internal sealed class NetworkHealth(DhcpServer dhcp, ISubnetSource subnets) : IHealthCheck
{
    public IEnumerable<HealthFinding> Check()
    {
        var links = dhcp.Interfaces;
        var openings = dhcp.Openings;
        foreach (var subnet in subnets.Current.All.Where(subnet => subnet.Mode != SubnetMode.Off))
        {
            var name = $"network {subnet.Network}";
            if (subnet.Interface is { } link && !links.Contains(link))
            {
                yield return new HealthFinding(name, HealthState.Degraded, $"{link} is absent, down or without an address: it joins when it comes");
                continue;
            }
            yield return openings.FirstOrDefault(opening => opening.Subnet.Network == subnet.Network) switch
            {
                { State: OpeningState.Waiting } => new HealthFinding(name, HealthState.Degraded, "looking for other DHCP servers before the first answer"),
                { State: OpeningState.Refused } opening => new HealthFinding(name, HealthState.Degraded,
                    $"not opened: {opening.Server} ({opening.Hardware}) serves DHCP there; stop it, choose mode proxy, or set force: true"),
                _ => new HealthFinding(name, HealthState.Ok, subnet.Interface is null ? $"{subnet.Mode}, reached by relays" : $"{subnet.Mode} on {subnet.Interface}"),
            };
        }
    }
}

/// <summary>Are the catalog's documents sound.</summary>
internal sealed class CatalogHealth(LiveCatalog catalog) : IHealthCheck
{
    public IEnumerable<HealthFinding> Check()
    {
        var faults = catalog.Latest.Faults;
        return faults.IsEmpty
            ? []
            : [new HealthFinding("catalog", HealthState.Degraded, $"{faults[0]}{(faults.Length > 1 ? $" (and {faults.Length - 1} more: `matchbox check`)" : "")}")];
    }
}

/// <summary>Is there space left for what the appliance has to remember.</summary>
internal sealed class StateHealth(StateFolder state) : IHealthCheck
{
    private const long Enough = 32 << 20;

    private readonly DriveInfo _drive = new(state.Path);

    public IEnumerable<HealthFinding> Check()
    {
        var free = _drive.AvailableFreeSpace;
        return free >= Enough
            ? []
            : [new HealthFinding("state folder", HealthState.Degraded,
                $"{state.Path} has {free >> 20} MiB left: leases go on in space that is set aside, but machines and events may be lost")];
    }
}

/// <summary>Which webhooks nothing is sent to until somebody mends them.</summary>
internal sealed class WebhookHealth(WebhookBook book) : IHealthCheck
{
    public IEnumerable<HealthFinding> Check() =>
        from webhook in book.All
        where webhook.Enabled && webhook.Paused is not null
        select new HealthFinding($"webhook {webhook.Id}", HealthState.Degraded, $"paused, {webhook.Paused}: `matchbox webhooks deliveries {webhook.Id}` says why; mend it and set it again");
}

/// <summary>Can the secrets be opened, and does the master key lie apart from what it seals.</summary>
internal sealed class SecretsHealth(MasterKey master, SecretVault vault) : IHealthCheck
{
    public IEnumerable<HealthFinding> Check() =>
        [.. vault.Check(), .. Warning(master, vault) is { } warning ? [new HealthFinding("secrets", HealthState.Degraded, warning)] : Array.Empty<HealthFinding>()];

    /// <summary>What to tell of the key's place; null while there is nothing that it seals, or where it lies elsewhere.</summary>
    public static string? Warning(MasterKey master, SecretVault vault) => master.LiesWithState && vault.All.Any()
        ? $"the master key of the secrets is {master.Source}, beside what it seals: whoever gets the state folder or a backup of it reads them. "
            + "Give it as the systemd credential matchbox-master-key, in MATCHBOX_MASTER_KEY or in a file elsewhere (secrets.key-file)"
        : null;
}
