using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;
using Matchbox.Appliance.Commands;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Protocols;
using Matchbox.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>
/// Every endpoint that the running appliance has, of all its listeners, is tried by those who have no right to it. A new endpoint is
/// tried without a word here; one that is to answer strangers must be put on the list in <see cref="AccessRegistration.Anonymous"/>.
/// </summary>
public partial class EveryEndpointTests : IAsyncLifetime
{
    // The id is what the paths name, and so may come back in a refusal; the name may not.
    private const string Id = "52-54-00-77-00-01";
    private const string Secret = "machine-of-rack-b7";

    private const string Viewer = "viewer", OfAnotherRack = "another-rack", Unnamed = "unnamed";

    // A question with a body: it changes nothing.
    private const string Question = "POST /api/v1/groups/match";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-test-").FullName;
    private readonly HttpClient _http = RunningAppliance.NewClient();
    private HostedAppliance _host = null!;
    private readonly GrpcClients _clients;
    private string _admin = "";
    private string _boot = "";
    private string _grpc = "";

    public EveryEndpointTests() => _clients = new GrpcClients(Path.Combine(_folder, "certs"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What more is said of the admin listener, and what then answers strangers.</summary>
    protected virtual (string Settings, IEnumerable<string> Anonymous) More(string folder) => ("", []);

    private HashSet<string> Open => [.. AccessRegistration.Anonymous, .. AccessRegistration.Local, $"GET {ConsoleRegistration.SignInPath}", .. More(_folder).Anonymous];

    public async ValueTask InitializeAsync()
    {
        _clients.Init(Viewer, OfAnotherRack, Unnamed);
        var grpc = _clients.Settings($$"""roles: [ { subject: CN={{Viewer}}, right: viewer }, { subject: CN={{OfAnotherRack}}, right: "operator:rack=a1" } ]""");
        _host = await HostedAppliance.StartAsync(_folder, $$"""
            data-path: data
            boot: { listen: "127.0.0.1:0" }
            admin: { listen: "0.0.0.0:0"{{More(_folder).Settings}} }
            {{grpc}}
            log: { level: error }
            """);
        var listeners = _host.Listeners;
        (_boot, _grpc, _admin) = (listeners[0], listeners[1], listeners[2].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        await PutListenersTogetherAsync();
        await _host.Services.GetRequiredService<MachineRegistry>().PutAsync(
            new Machine
            {
                Id = Id,
                Origin = MachineOrigin.Added,
                Name = Secret,
                Macs = [HardwareAddress.Parse("52:54:00:77:00:01")],
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add("rack", "b7"),
            },
            Cancellation);
    }

    // What people and automation ask is put together at the first request.
    private async Task PutListenersTogetherAsync()
    {
        using var admin = await _http.GetAsync($"{_admin}/healthz", Cancellation);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        using var control = new ControlClient(_host.SocketPath);
        Assert.NotEmpty(await control.OctetsAsync("/api/v1/health", Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _http.Dispose();
        _clients.Dispose();
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nobody_gets_what_is_not_on_the_list()
    {
        var open = Open;
        var tried = 0;
        foreach (var (method, pattern, path) in Calls())
        {
            using var answer = await SendAsync(method, path, null);
            tried++;
            var signsIn = answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.StartsWith($"{ConsoleRegistration.SignInPath}?", StringComparison.Ordinal);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized || signsIn || open.Contains($"{method} {pattern}"), $"{method} {pattern} answers strangers with {(int)answer.StatusCode}");
        }
        Assert.InRange(tried, 60, int.MaxValue);
    }

    [Fact]
    public void The_list_names_what_is_there()
    {
        var present = Endpoints().SelectMany(endpoint => Methods.Where(method => Takes(endpoint, method)).Select(method => $"{method} {PatternOf(endpoint)}")).ToHashSet(StringComparer.Ordinal);
        Assert.Subset(present, Open);
    }

    [Fact]
    public async Task Every_call_of_the_API_is_in_its_description()
    {
        using var answer = await SendAsync("GET", "/openapi/v1.json", TokenOf("viewer"));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name.ToUpperInvariant()} {path.Name}")).ToHashSet(StringComparer.Ordinal);
        var present = Calls().Select(call => $"{call.Method} {call.Pattern.Replace("*", "", StringComparison.Ordinal)}")
            .Where(call => call.Contains(" /api/v1/", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.InRange(present.Length, 60, int.MaxValue);
        Assert.Subset(described, present.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("viewer:rack=a1")]
    [InlineData("operator:rack=a1")]
    [InlineData("admin:rack=a1")]
    public async Task Who_has_another_rack_neither_sees_this_one_nor_changes_anything(string right)
    {
        await PutOthersAsync(Id);
        var token = TokenOf(right);
        var open = Open;
        foreach (var (method, pattern, path) in Calls())
        {
            using var answer = await SendAsync(method, path, token);
            var reads = method is "GET" or "HEAD";
            var own = open.Contains($"{method} {pattern}") || ConsoleRegistration.PageCalls.Any(call => call.StartsWith("POST", StringComparison.Ordinal) && call[5..] == pattern) || pattern.StartsWith("/api/v1/session", StringComparison.Ordinal);
            Assert.False(!reads && !own && answer.IsSuccessStatusCode, $"{method} {pattern} was done for {right}: {(int)answer.StatusCode}");
            Assert.True(!reads || !(await TextAsync(answer)).Contains(Secret, StringComparison.Ordinal), $"{method} {pattern} tells {right} of a machine that is another's");
        }
        Assert.NotNull(_host.Services.GetRequiredService<MachineRegistry>().Resolve(Secret));
    }

    [Fact]
    public async Task A_viewer_of_all_changes_nothing()
    {
        var token = TokenOf("viewer");
        var open = Open;
        foreach (var (method, pattern, path) in Calls().Where(call => call.Method is not ("GET" or "HEAD") && $"{call.Method} {call.Pattern}" != Question))
        {
            using var answer = await SendAsync(method, path, token);
            Assert.False(answer.IsSuccessStatusCode && !open.Contains($"{method} {pattern}") && !ConsoleRegistration.PageCalls.Any(call => call.StartsWith("POST", StringComparison.Ordinal) && call[5..] == pattern) && pattern != "/api/v1/session", $"{method} {pattern} was done for a viewer");
        }
    }

    [Fact]
    public async Task From_elsewhere_nobody_gets_what_is_for_this_machine_alone()
    {
        // An address of this machine that is not loopback's: whoever asks there comes from it.
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(link => link.GetIPProperties().UnicastAddresses).Select(own => own.Address)
            .FirstOrDefault(own => own.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(own));
        Assert.SkipWhen(address is null, "this machine has no address but loopback's");
        var elsewhere = $"https://{address}:{new Uri(_admin).Port}";
        foreach (var call in AccessRegistration.Local)
        {
            var parts = call.Split(' ');
            using var stranger = await SendAsync(parts[0], parts[1], null, elsewhere);
            Assert.True(stranger.StatusCode == HttpStatusCode.Unauthorized, $"{call} answers strangers from elsewhere with {(int)stranger.StatusCode}");
            using var own = await SendAsync(parts[0], parts[1], null);
            Assert.False(own.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{call} does not answer this machine");
            using var viewer = await SendAsync(parts[0], parts[1], TokenOf("viewer"), elsewhere);
            Assert.False(viewer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{call} does not answer a viewer");
        }
    }

    [Fact]
    public async Task The_boot_listener_has_its_own_paths_and_none_of_the_others()
    {
        foreach (var path in BootListenerRegistration.Anonymous)
        {
            using var answer = await SendAsync("GET", path.Replace("*", "x", StringComparison.Ordinal), null, _boot);
            Assert.False(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{path} asks machines who they are");
        }
        foreach (var (method, pattern, path) in Calls().Where(call => !BootListenerRegistration.Anonymous.Contains(call.Pattern)))
        {
            using var answer = await SendAsync(method, path, null, _boot);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MovedPermanently, $"{method} {pattern} is answered by the boot listener with {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task No_client_calls_by_gRPC_what_its_certificate_does_not_give()
    {
        string[] methods = [.. Endpoints().Select(PatternOf).Where(pattern => pattern.StartsWith("/rpcpb.", StringComparison.Ordinal)).Distinct()];
        Assert.Equal(16, methods.Length);
        await PutOthersAsync("x");
        var (nobody, unnamed, viewer, other) = (_clients.Connect(_grpc, null), _clients.Connect(_grpc, Unnamed), _clients.Connect(_grpc, Viewer), _clients.Connect(_grpc, OfAnotherRack));
        foreach (var method in methods)
        {
            var reads = method.EndsWith("Get", StringComparison.Ordinal) || method.EndsWith("List", StringComparison.Ordinal) || method.Contains("/Select", StringComparison.Ordinal);
            // The first field of each message that names something: a group or profile with an id, or a name.
            byte[] request = method.EndsWith("GroupPut", StringComparison.Ordinal) ? [0x0a, 6, 0x0a, 1, (byte)'x', 0x1a, 1, (byte)'x']
                : method.EndsWith("ProfilePut", StringComparison.Ordinal) ? [0x0a, 3, 0x0a, 1, (byte)'x']
                : method.EndsWith("List", StringComparison.Ordinal) || method.Contains("/Select", StringComparison.Ordinal) ? []
                : [0x0a, 1, (byte)'x'];
            Assert.True((await GrpcClients.StatusAsync(nobody, method, request)).StatusCode is StatusCode.Internal or StatusCode.Unavailable, $"{method} answers who has no certificate");
            await IsDeniedAsync(unnamed, Unnamed);
            // What is of rack b7 is not there for who has another.
            var others = await GrpcClients.StatusAsync(other, method, request);
            var list = method.EndsWith("List", StringComparison.Ordinal);
            Assert.True(list ? others.StatusCode == StatusCode.OK : reads ? others.StatusCode is StatusCode.NotFound or StatusCode.Unknown : others.StatusCode == StatusCode.PermissionDenied,
                $"{method} answers {OfAnotherRack} with {others}");
            if (reads)
            {
                Assert.NotEqual(StatusCode.PermissionDenied, (await GrpcClients.StatusAsync(viewer, method, request)).StatusCode);
            }
            else
            {
                await IsDeniedAsync(viewer, Viewer);
            }

            async Task IsDeniedAsync(CallInvoker client, string name)
            {
                var status = await GrpcClients.StatusAsync(client, method, request);
                Assert.True(status.StatusCode == StatusCode.PermissionDenied, $"{method} answers {name} with {status}");
            }
        }
    }

    [Fact]
    public async Task A_machine_moves_neither_into_ones_part_nor_out_of_it()
    {
        var own = TokenOf("operator:rack=a1");
        Assert.Equal(HttpStatusCode.OK, await AddAsync(own, "52:54:00:77:00:02", "a1"));
        Assert.Equal(HttpStatusCode.Forbidden, await AddAsync(own, "52:54:00:77:00:02", "b7"));
        Assert.Equal(HttpStatusCode.Forbidden, await AddAsync(own, "52:54:00:77:00:01", "a1"));
        Assert.Equal(HttpStatusCode.Forbidden, await AddAsync(own, "52:54:00:77:00:03", "b7"));
        Assert.Equal("b7", _host.Services.GetRequiredService<MachineRegistry>().Resolve(Secret)!.Labels["rack"]);

        async Task<HttpStatusCode> AddAsync(string token, string mac, string rack)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{_admin}/api/v1/machines") { Content = JsonContent.Create(new { macs = (string[])[mac], labels = new { rack } }) };
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await _http.SendAsync(request, Cancellation);
            return answer.StatusCode == HttpStatusCode.Created ? HttpStatusCode.OK : answer.StatusCode;
        }
    }

    /// <summary>A document of each kind that is of rack b7.</summary>
    private async Task PutOthersAsync(string id)
    {
        (string Path, string Text)[] others =
        [
            ($"ignition/{id}", "variant: fcos\nversion: 1.5.0\n"), ($"generic/{id}", "x"), ($"cloud/{id}", "#cloud-config\n"),
            ($"profiles/{id}.json", $$"""{ "id": "{{id}}", "ignition_id": "{{id}}", "generic_id": "{{id}}", "cloud_id": "{{id}}" }"""),
            ($"groups/{id}.json", $$"""{ "id": "{{id}}", "profile": "{{id}}", "selector": { "rack": "b7" } }"""),
        ];
        DocumentChange[] changes = [.. others.Select(other => new DocumentChange(other.Path, Encoding.UTF8.GetBytes(other.Text)))];
        Assert.IsType<ChangeOutcome.Done>(await _host.Services.GetRequiredService<ICatalogDocuments>().ChangeAsync(changes, DocumentCheck.None, false, Cancellation));
    }

    private IEnumerable<RouteEndpoint> Endpoints() => _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>();

    private IEnumerable<(string Method, string Pattern, string Path)> Calls() =>
        from endpoint in Endpoints()
        from method in Methods
        where Takes(endpoint, method)
        select (method, PatternOf(endpoint), Parameter().Replace(PatternOf(endpoint), Id));

    private static bool Takes(RouteEndpoint endpoint, string method) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods.Count: > 0 } methods || methods.HttpMethods.Contains(method, StringComparer.OrdinalIgnoreCase);

    private static string PatternOf(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}";

    private string TokenOf(string right)
    {
        Assert.True(Right.TryParse(right, out var one));
        return _host.Services.GetRequiredService<AccessBook>().CreateToken("test", [one], null, "test").Text!;
    }

    // What would reach every machine, where an empty object would say nothing.
    private static string BodyOf(string path) => path switch
    {
        "/api/v1/apply" => """{ "objects": [ { "path": "groups/all.json", "object": { "profile": "p" } } ] }""",
        "/api/v1/documents" => """{ "changes": [ { "path": "groups/all.json", "content": "e30=" } ] }""",
        _ => "{}",
    };

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? token, string? listener = null)
    {
        // Faster than any console: the limit of requests is not what is tried here.
        while (true)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), (listener ?? _admin) + path);
            if (method is not ("GET" or "HEAD"))
            {
                request.Content = new StringContent(BodyOf(path), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            }
            if (token is not null)
            {
                request.Headers.Authorization = new("Bearer", token);
            }
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                return answer;
            }
            answer.Dispose();
            await Task.Delay(200, Cancellation);
        }
    }

    /// <summary>What comes within a moment: a stream has no end.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var text = new char[1 << 16];
        using var moment = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        moment.CancelAfter(TimeSpan.FromSeconds(2));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var length = 0;
        try
        {
            int read;
            while (length < text.Length && (read = await reader.ReadAsync(text.AsMemory(length), moment.Token)) > 0)
            {
                length += read;
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            // Enough.
        }
        return new string(text, 0, length);
    }

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Parameter();
}

/// <summary>The same where people may also sign in by OpenID Connect: two more calls answer strangers, and nothing else changes.</summary>
public sealed class EveryEndpointWithOpenIdTests : EveryEndpointTests
{
    protected override (string Settings, IEnumerable<string> Anonymous) More(string folder)
    {
        var secret = Path.Combine(folder, "oidc-secret");
        File.WriteAllText(secret, "the secret\n");
        // Nobody listens there: .invalid has no address (RFC 6761 §6.4).
        return ($$""", oidc: { authority: "https://login.invalid/", client-id: matchbox, client-secret-file: {{secret}}, roles: [ { value: all, right: admin } ] }""",
            AccessRegistration.AnonymousWithOpenId);
    }
}
