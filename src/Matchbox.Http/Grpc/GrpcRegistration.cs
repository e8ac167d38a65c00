using System.Net;
using Grpc.AspNetCore.Server.Model;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Health;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Services;
using Matchbox.Http.Grpc.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Grpc;

/// <summary>Puts the gRPC listener into a host that has a catalog with its documents, and machines: what poseidon/matchbox's clients and Terraform call.</summary>
public static class GrpcRegistration
{
    /// <summary>Longest message, in octets: gRPC's default, and upstream's.</summary>
    public const int MaxMessage = 4 << 20;

    public static IServiceCollection AddGrpcListener(this IServiceCollection services, GrpcListenerSettings settings)
    {
        services.AddSingleton(settings);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxMessage;
            grpc.IgnoreUnknownServices = true;
            grpc.Interceptors.Add<WriteAudit>();
        });
        services.AddSingleton<WriteAudit>();
        services.AddSingleton(provider => new DocumentTree(provider.GetRequiredService<ICatalogDocuments>(), provider.GetRequiredService<CatalogRights>(), settings.DataPath));
        services.AddSingleton<GroupsService>().AddSingleton<ProfilesService>().AddSingleton<IgnitionService>().AddSingleton<GenericService>().AddSingleton<SelectService>();
        services.AddSingleton<IServiceMethodProvider<GroupsService>, MethodTable>();
        services.AddSingleton<IServiceMethodProvider<ProfilesService>, MethodTable>();
        services.AddSingleton<IServiceMethodProvider<IgnitionService>, MethodTable>();
        services.AddSingleton<IServiceMethodProvider<GenericService>, MethodTable>();
        services.AddSingleton<IServiceMethodProvider<SelectService>, MethodTable>();
        services.TryAddSingleton<DocumentOwners>();
        services.TryAddSingleton<CatalogRights>();
        services.AddSingleton<GrpcCertificates>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<GrpcCertificates>());
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<GrpcCertificates>());
        return services;
    }

    /// <summary>Listens for gRPC clients here: HTTP/2 over mutual TLS and nothing else. Their requests alone reach the services.</summary>
    /// <exception cref="InvalidDataException">The certificates cannot be used.</exception>
    public static void ListenGrpc(this KestrelServerOptions kestrel, IPEndPoint endpoint)
    {
        var certificates = kestrel.ApplicationServices.GetRequiredService<GrpcCertificates>();
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificates.Callback());
            listen.Use(next => connection =>
            {
                connection.Features.Set(GrpcConnection.Mark);
                return next(connection);
            });
        });
    }

    /// <summary>Answers what comes over the gRPC listener's connections; passes on all else. Does nothing where there is no such listener.</summary>
    public static IApplicationBuilder UseGrpcListener(this IApplicationBuilder application) =>
        application.ApplicationServices.GetService<GrpcListenerSettings>() is not { } settings ? application : application.MapWhen(context => context.Features.Get<GrpcConnection>() is not null, grpc =>
        {
            var certificates = grpc.ApplicationServices.GetRequiredService<GrpcCertificates>();
            grpc.Use(next => context =>
            {
                // The limit is the message's, which is known before it is read.
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                {
                    limit.MaxRequestBodySize = null;
                }
                var certificate = context.Connection.ClientCertificate;
                context.User = ClientPrincipal.Of(certificates.Denies(certificate) ? null : certificate, settings.Roles);
                return next(context);
            });
            grpc.UseRouting();
            grpc.UseEndpoints(routes =>
            {
                routes.MapGrpcService<GroupsService>();
                routes.MapGrpcService<ProfilesService>();
                routes.MapGrpcService<IgnitionService>();
                routes.MapGrpcService<GenericService>();
                routes.MapGrpcService<SelectService>();
            });
            grpc.Run(UnknownCall.AnswerAsync);
        });

    private sealed class GrpcConnection
    {
        public static readonly GrpcConnection Mark = new();
    }
}
