using Matchbox.Core.Files;
using Matchbox.Tftp.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Tftp;

/// <summary>Puts the TFTP service into a host.</summary>
public static class TftpRegistration
{
    /// <summary>
    /// Serves what every registered <see cref="IVirtualTftpFiles"/> makes, then the folders of the settings (an
    /// <see cref="ITftpContent"/> registered before takes the place of both); tells every registered <see cref="ITftpObserver"/>.
    /// </summary>
    public static IServiceCollection AddTftp(this IServiceCollection services, TftpSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITftpContent>(provider =>
            new TftpContent(provider.GetServices<IVirtualTftpFiles>(), new FolderTftpContent(settings.Roots)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TftpServer>(provider, settings));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<TftpServer>());
        return services;
    }
}
