using System.Net;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Webhooks;

/// <summary>Webhooks, and the one client that calls outside.</summary>
public static class WebhookRegistration
{
    /// <param name="services">With a store of targets and a sealer.</param>
    /// <param name="whyNot">Why an address may not be called, null where it may; see <see cref="AddressRules.WhyNot"/>.</param>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, Func<IPEndPoint, string?> whyNot) => services
        .AddSingleton(provider => new OutboundClient(
            whyNot, new OutboundSettings { MaxConnections = WebhookBook.MaxWebhooks }, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(new RetryPolicy())
        .AddSingleton<WebhookBook>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<WebhookDispatcher>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<WebhookDispatcher>());
}
