using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Matchbox.Http.Access;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>From the first start to signing in, and what strangers get, against the real program.</summary>
public sealed partial class AccessTests : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private const string OwnHeader = "X-Matchbox";

    private readonly RunningAppliance _appliance = new();
    private readonly HttpClient _http = RunningAppliance.NewClient();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _appliance.DisposeAsync();
    }

    [Fact]
    public async Task The_first_admin_is_made_by_the_link_of_the_first_start_and_nothing_tells_secrets()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        var code = SetupLink().Match(await OutputWithAsync("/setup#")).Groups[1].Value;

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/setup")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Post, "/api/v1/setup", new { code = "x", name = "alice", password = Password })).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, "/api/v1/setup", new { code, name = "alice", password = Password })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Post, "/api/v1/setup", new { code, name = "mallory", password = Password })).Status);

        // Wrong password, then the right one.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Post, "/api/v1/session", new { name = "alice", password = "not the password" })).Status);
        using var signedIn = await _http.PostAsJsonAsync($"{_appliance.AdminUrl}/api/v1/session", new { name = "alice", password = Password }, Cancellation);
        var given = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-matchbox=[A-Za-z0-9_-]{43}; max-age=604800; path=/; secure; samesite=strict; httponly$", given);
        var cookie = given.Split(';')[0];

        // A cookie alone changes nothing: no header of ours, or another site's.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/api/v1/users", null, ("Cookie", cookie))).Status);
        var asked = new { name = "ci", rights = (string[])["viewer"] };
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/api/v1/tokens", asked, ("Cookie", cookie))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/api/v1/tokens", asked, ("Cookie", cookie), (OwnHeader, "1"), ("Origin", "https://evil.example"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/api/v1/tokens", asked, ("Cookie", cookie), (OwnHeader, "1"), ("Sec-Fetch-Site", "cross-site"))).Status);
        // A WebSocket opens by a GET: only for a page of this site.
        var opens = ("Upgrade", "websocket");
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/_blazor", null, ("Cookie", cookie), opens, ("Origin", "https://evil.example"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/_blazor", null, ("Cookie", cookie), opens)).Status);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/_blazor", null, ("Cookie", cookie), opens, ("Origin", _appliance.AdminUrl))).Status);
        // What only a browser can write tells that the page is ours as well.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", null, ("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"))).Status);
        var made = await SendAsync(HttpMethod.Post, "/api/v1/tokens", asked, ("Cookie", cookie), (OwnHeader, "1"), ("Origin", _appliance.AdminUrl), ("X-Reason", "for the build"));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var token = JsonSerializer.Deserialize(made.Text, AccessJson.Default.TokenMade)!.Token;

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/api/v1/machines", null, ("Authorization", $"Bearer {token}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/api/v1/users", null, ("Authorization", $"Bearer {token}"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/machines", null, ("Authorization", $"Bearer {token[..^1]}"))).Status);
        var otherHost = await SendAsync(HttpMethod.Get, "/healthz", null, ("Host", "evil.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, otherHost.Status);

        // The audit log has it all, with the reason, and no secret.
        var audit = await RunningAppliance.EventuallyAsync(
            async () => (await SendAsync(HttpMethod.Get, "/api/v1/audit?limit=100", null, ("Cookie", cookie))).Text,
            text => text.Contains("evil", StringComparison.Ordinal) || text.Contains("\"421\"", StringComparison.Ordinal));
        Assert.Contains("for the build", audit, StringComparison.Ordinal);
        Assert.Contains("signed in", audit, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"refusal\"", audit, StringComparison.Ordinal);
        var events = (await _appliance.CommandAsync("events", "--json")).Output;
        var users = (await _appliance.CommandAsync("users", "list", "--json")).Output + (await _appliance.CommandAsync("tokens", "list", "--json")).Output;

        // Signing out ends it.
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/session", null, ("Cookie", cookie), (OwnHeader, "1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/users", null, ("Cookie", cookie))).Status);
        await _appliance.StopAsync();
        foreach (var secret in (string[])[Password, token[15..], cookie.Split('=')[1], "argon2id", Hash(token[15..]), Hash(cookie.Split('=')[1]), Hash(code)])
        {
            Assert.DoesNotContain(secret, _appliance.Output + audit + events + users, StringComparison.Ordinal);
        }
        Assert.Equal(2, _appliance.Output.Split(code).Length);
    }

    [Fact]
    public async Task Who_is_locked_out_comes_back_by_the_socket()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        Assert.Equal(0, (await _appliance.CommandAsync("users", "add", "alice", "--role", "admin")).Code);
        Assert.Contains("password, shown this once: ", (await _appliance.CommandAsync("users", "reset-password", "alice")).Output, StringComparison.Ordinal);
        Assert.Contains("alice is viewer, operator:rack=b7 now", (await Also("bob")).Output, StringComparison.Ordinal);
        Assert.Contains("alice  viewer operator:rack=b7  yes", (await _appliance.CommandAsync("users", "list")).Output, StringComparison.Ordinal);
        var link = SetupLink().Match((await _appliance.CommandAsync("setup-link")).Output);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, "/api/v1/setup", new { code = link.Groups[1].Value, name = "alice", password = Password })).Status);
        Assert.Contains("is no right: viewer, operator or admin", (await _appliance.CommandAsync("tokens", "create", "x", "--role", "king")).Error, StringComparison.Ordinal);
        var token = (await _appliance.CommandAsync("tokens", "create", "x", "--role", "viewer")).Output.Trim();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/api/v1/health", null, ("Authorization", $"Bearer {token}"))).Status);
        Assert.Equal(0, (await _appliance.CommandAsync("tokens", "revoke", token[4..14])).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/health", null, ("Authorization", $"Bearer {token}"))).Status);

        // The only admin cannot be made less before there is another.
        async Task<RunningAppliance.Finished> Also(string other)
        {
            Assert.Contains("only admin", (await _appliance.CommandAsync("users", "set-role", "alice", "--role", "viewer")).Error, StringComparison.Ordinal);
            await _appliance.CommandAsync("users", "add", other, "--role", "admin", "--no-password");
            return await _appliance.CommandAsync("users", "set-role", "alice", "--role", "viewer", "--role", "operator:rack=b7");
        }
    }

    [Fact]
    public async Task A_huge_body_and_a_slow_one_are_cut_off()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        await using var huge = await _appliance.ConnectAsync();
        await WriteAsync(huge, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{");
        Assert.Contains(" 413 ", await FirstLineAsync(huge), StringComparison.Ordinal);

        var started = TimeProvider.System.GetTimestamp();
        await using var slow = await _appliance.ConnectAsync();
        await WriteAsync(slow, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
        Assert.Contains(" 408 ", await FirstLineAsync(slow), StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task The_fingerprint_that_is_printed_is_the_one_that_is_shown_and_stays()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        var printed = Printed().Match(await OutputWithAsync("SHA-256 ")).Groups[1].Value;
        Assert.Equal(printed, await ShownAsync());
        await _appliance.StopAsync();
        await _appliance.StartAsync();
        Assert.Equal(printed, await ShownAsync());

        // Files that are no certificate are refused; a new pair is taken.
        var (certificate, key) = (Path.Combine(_appliance.State, "admin.crt"), Path.Combine(_appliance.State, "admin.key"));
        await File.WriteAllTextAsync(certificate, "nonsense", Cancellation);
        await OutputWithAsync("the one before stays in use");
        Assert.Equal(printed, await ShownAsync());
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=new", own, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(100));
        await File.WriteAllTextAsync(key, own.ExportPkcs8PrivateKeyPem(), Cancellation);
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), Cancellation);
        var expected = Convert.ToHexString(made.GetCertHash(HashAlgorithmName.SHA256));
        Assert.Equal(expected, (await RunningAppliance.EventuallyAsync(ShownAsync, shown => shown.Replace(":", "", StringComparison.Ordinal) == expected)).Replace(":", "", StringComparison.Ordinal));
    }

    private async Task<string> ShownAsync()
    {
        var shown = "";
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                shown = string.Join(':', Convert.ToHexString(certificate!.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2).Select(pair => new string(pair)));
                return shown.Length > 0;
            },
        };
        using var http = new HttpClient(handler);
        await http.GetStringAsync($"{_appliance.AdminUrl}/healthz", Cancellation);
        return shown;
    }

    private Task<string> OutputWithAsync(string text) =>
        RunningAppliance.EventuallyAsync(() => Task.FromResult(_appliance.Output), output => output.Contains(text, StringComparison.Ordinal));

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, _appliance.AdminUrl + path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await _http.SendAsync(request, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);

    private static async Task<string> FirstLineAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync(Cancellation) ?? "";
    }

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    [GeneratedRegex("https://[^/]+/setup#([A-Za-z0-9_-]{43})")]
    private static partial Regex SetupLink();

    [GeneratedRegex("SHA-256 ([0-9A-F:]{95})")]
    private static partial Regex Printed();
}
