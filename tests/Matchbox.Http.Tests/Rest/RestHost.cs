using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Events;
using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Core.Repeats;
using Matchbox.Core.Secrets;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Access;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Description;
using Matchbox.Http.Rest.Problems;
using Matchbox.Http.Webhooks;
using Matchbox.Protocols;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Rest;

/// <summary>The API over real Kestrel on loopback, with everything behind it in memory. Whoever connects may do all of it, unless a token says less.</summary>
internal sealed class RestHost : ISubnetSource, IAddressOwners, ILeaseAdopter, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matchbox-rest-");
    private WebApplication? _app;

    public CheckedDocuments Documents { get; } = new();

    public MemoryMachineStore Store { get; } = new();

    public MemoryAnswerStore Answers { get; set; } = new();

    public IServiceProvider Services => _app!.Services;

    public MachineRegistry Machines => Services.GetRequiredService<MachineRegistry>();

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Why webhooks may not call an address: everything may be called here, until a test says otherwise.</summary>
    public Func<IPEndPoint, string?> WhyNotCalled { get; set; } = _ => null;

    SubnetTable ISubnetSource.Current => new([new Subnet { Network = IPv4Network.Parse("10.77.0.0/24"), Mode = SubnetMode.Authoritative }]);

    public static async Task<RestHost> StartAsync(Action<RestHost>? fill = null, Action<IServiceCollection>? more = null)
    {
        var host = new RestHost();
        fill?.Invoke(host);
        await host.RunAsync(more);
        return host;
    }

    public HardwareAddress? OwnerOf(IPv4Address address) => null;

    public Task<IReadOnlyList<Lease>> AdoptAsync(IReadOnlyCollection<Lease> leases, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Lease>>([.. leases]);

    /// <summary>Sends JSON (or what <paramref name="type"/> says), and gives what came back.</summary>
    public async Task<Answer> SendAsync(string method, string path, string? body = null, string? type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            // Else a refusal may come while the body goes, and be lost with the connection.
            request.Headers.ExpectContinue = body.Length > 100_000;
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.ETag?.Tag,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);
    }

    /// <summary>The header of somebody who has these rights.</summary>
    public (string Name, string Value) As(params string[] rights) =>
        ("Authorization", $"Bearer {Services.GetRequiredService<AccessBook>().CreateToken("test", Right.TryParseAll(rights, out var read, out _) ? read : [], null, "test").Text}");

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, null, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync(Action<IServiceCollection>? more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ISubnetSource>(this).AddSingleton<IAddressOwners>(this).AddSingleton<ILeaseAdopter>(this);
        services.AddSingleton<ICatalogDocuments>(Documents).AddSingleton<ICatalogPreview>(Documents).AddSingleton<ICatalogSource>(Documents);
        services.AddSingleton<IAnswerStore>(Answers);
        services.AddSingleton<IDocumentOwnerStore, MemoryDocumentOwnerStore>();
        services.AddSingleton<IMachineStore>(Store).AddSingleton<IEventStore, MemoryEventStore>();
        services.AddSingleton<MachineRegistry>().AddHostedService(provider => provider.GetRequiredService<MachineRegistry>());
        services.AddSingleton<EventStream>().AddHostedService(provider => provider.GetRequiredService<EventStream>());
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<EventStream>());
        services.AddSingleton(provider => new BootNonce(new byte[32], provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BootSessions>().AddSingleton<MachinePolicies>().AddSingleton(new BootServiceSettings());
        services.AddSingleton<BootService>().AddSingleton<MachineCommands>();
        services.AddSingleton(new LeaseTable(new LeaseTableSettings(), TimeProvider.System));
        services.AddSingleton<IAccessStore, MemoryAccessStore>().AddSingleton<IAuditStore, MemoryAuditStore>();
        services.AddSingleton<ISecretStore, MemorySecretStore>().AddSingleton<ISecretSealer, NamedSealer>().AddSingleton<SecretVault>();
        services.AddAccess(new AdminListenerSettings { StatePath = _folder.FullName });
        services.AddSingleton<IWebhookStore, MemoryWebhookStore>().AddSingleton<IWebhookCursors, MemoryWebhookCursors>().AddWebhooks(WhyNotCalled);
        services.AddRest();
        more?.Invoke(services);
        _app = builder.Build();
        _app.Use(next => context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Features.Set(new ControlPeer("a test"));
            }
            return next(context);
        });
        _app.UseRestProblems();
        _app.UseRouting();
        _app.UseRestRefusals();
        _app.UseRights();
        _app.UseRestIdempotency();
        _app.MapRest();
        _app.MapRestDescription();
        _app.MapAccess();
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    internal sealed record Answer(int Status, string? Type, string? ETag, string Text, HttpResponseMessage Response)
    {
        public JsonElement Json
        {
            get
            {
                using var document = JsonDocument.Parse(Text);
                return document.RootElement.Clone();
            }
        }

        /// <summary>The problem that it is, of that kind.</summary>
        public Problem Problem(ProblemKind kind)
        {
            Assert.Equal((kind.Status, ProblemResult.MediaType), (Status, Type));
            var problem = JsonSerializer.Deserialize(Text, RestJson.Default.Problem)!;
            Assert.Equal((kind.Type, kind.Title, kind.Status), (problem.Type, problem.Title, problem.Status));
            Assert.False(string.IsNullOrEmpty(problem.Detail));
            return problem;
        }
    }
}
