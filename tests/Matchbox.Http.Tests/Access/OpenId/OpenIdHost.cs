using System.Net;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Access.OpenId;
using Matchbox.Http.Outbound;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Access.OpenId;

/// <summary>The admin listener's access calls over Kestrel on loopback, and a browser in front of it.</summary>
internal sealed class OpenIdHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matchbox-openid-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication _app = null!;

    public Dictionary<string, string> Cookies { get; } = [];

    public List<string> SetCookies { get; } = [];

    public string Url { get; private set; } = "";

    /// <summary>What the audit log has so far, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(int count)
    {
        // Entries are written in groups, a moment later.
        var log = _app.Services.GetRequiredService<IAuditStore>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var entries = log.Read(new AuditQuery { Limit = 100 });
            if (entries.Count >= count)
            {
                return entries;
            }
            await Task.Delay(10, patience.Token);
        }
    }

    public AccessBook Book => _app.Services.GetRequiredService<AccessBook>();

    public static async Task<OpenIdHost> StartAsync(Provider provider, Func<IPEndPoint, string?>? whyNot = null, params OpenIdRole[] roles)
    {
        var host = new OpenIdHost();
        var secret = Path.Combine(host._folder.FullName, "secret");
        await File.WriteAllTextAsync(secret, "the secret\n");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IMachineStore, MemoryMachineStore>().AddSingleton<IEventStore, MemoryEventStore>().AddSingleton<MachineRegistry>();
        services.AddSingleton<EventStream>().AddSingleton<IEventSink>(services => services.GetRequiredService<EventStream>());
        services.AddSingleton<IAccessStore, MemoryAccessStore>().AddSingleton<IAuditStore, MemoryAuditStore>();
        services.AddSingleton(services => new OutboundClient(whyNot ?? (_ => null), new OutboundSettings(), TimeProvider.System));
        services.AddAccess(new AdminListenerSettings
        {
            StatePath = host._folder.FullName,
            OpenId = new OpenIdSettings
            {
                Authority = new Uri(provider.Url),
                ClientId = "matchbox",
                ClientSecretFile = secret,
                Roles = [new OpenIdRole("rack-admins", Right.Admin), .. roles],
            },
        });
        var app = host._app = builder.Build();
        app.UseAdminGuard();
        app.UseRouting();
        app.UseRights();
        app.MapAccess();
        await app.StartAsync();
        host.Url = app.Urls.First();
        return host;
    }

    /// <summary>One request with the jar's cookies; no redirect is followed.</summary>
    public async Task<(int Status, string Text, string? Location)> GetAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url.StartsWith('/') ? Url + url : url);
        if (request.RequestUri!.AbsoluteUri.StartsWith(Url, StringComparison.Ordinal) && Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            SetCookies.Add(set);
            var pair = set.Split(';')[0].Split('=', 2);
            if (set.Contains("1970", StringComparison.Ordinal))
            {
                Cookies.Remove(pair[0]);
            }
            else
            {
                Cookies[pair[0]] = pair[1];
            }
        }
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers.Location?.OriginalString);
    }

    /// <summary>To the provider and back: the callback's address, not called yet.</summary>
    public async Task<string> BeginAsync()
    {
        var (status, _, there) = await GetAsync("/signin/oidc");
        Assert.Equal(302, status);
        return (await GetAsync(there!)).Location!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
