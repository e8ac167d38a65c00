using Matchbox.Appliance.Settings;
using Matchbox.Http.Access.Tls;
using Matchbox.Http.Grpc.Tls;

namespace Matchbox.Appliance.Hosting;

/// <summary>What of the listeners' settings counts as soon as it is read: names of ours, refused clients, and who may be called.</summary>
internal sealed class ListenersInUse(AdminCertificate admin, OutboundRules outbound, IServiceProvider services) : ISettingsUser
{
    public Task ApplyAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        admin.NameBy(settings.Admin.Hosts);
        outbound.Allow(settings.OutboundAllow);
        // There is none where gRPC is off.
        services.GetService<GrpcCertificates>()?.Deny(settings.Grpc.Deny);
        return Task.CompletedTask;
    }
}
