using Matchbox.Core.Boot;
using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Core.Machines;
using Matchbox.Dhcp.V4.Waking;
using Matchbox.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Dhcp;

/// <summary>Puts the DHCP service into a host.</summary>
public static class DhcpRegistration
{
    /// <summary>
    /// Needs the stores (<see cref="ILeaseStore"/>, <see cref="Core.Networks.ISubnetVerdicts"/>), the sources of networks and groups and
    /// Core's boot services; brings the lease table and, from it, whose address is whose.
    /// </summary>
    public static IServiceCollection AddDhcp(this IServiceCollection services, DhcpSettings settings)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new LeaseTableSettings());
        services.TryAddSingleton<LeaseTable>();
        services.TryAddSingleton<LeaseMetrics>();
        services.TryAddSingleton<DhcpMetrics>();
        services.TryAddSingleton<IAddressOwners, LeasedAddresses>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DhcpServer>(provider, settings));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<DhcpServer>());
        services.TryAddSingleton<IWakeSender, WakeSender>();
        services.AddSingleton<ILeaseAdopter>(static provider => provider.GetRequiredService<DhcpServer>());
        return services;
    }

    private sealed class LeasedAddresses(LeaseTable leases) : IAddressOwners
    {
        public HardwareAddress? OwnerOf(IPv4Address address) => leases.OwnerOf(address);
    }
}
