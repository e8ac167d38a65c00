using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Documents by the API and by <c>matchbox import</c> and <c>export</c>, against the real program.</summary>
public sealed class DocumentTests : IAsyncDisposable
{
    private const string Profile = """{ "id": "live", "boot": { "kernel": "/assets/k", "initrd": [], "args": [] }, "cloud_id": "c" }""";
    private const string Group = """{ "id": "all", "profile": "live" }""";

    private readonly RunningAppliance _appliance = new();

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task A_folder_goes_into_the_store_and_comes_out_again_octet_for_octet()
    {
        var folder = Path.Combine(_appliance.Folder, "rack");
        Write(folder, "profiles/live.json", Encoding.UTF8.GetBytes(Profile));
        Write(folder, "groups/all.json", Encoding.UTF8.GetBytes(Group));
        Write(folder, "cloud/c", "#cloud-config\r\n"u8.ToArray());
        Write(folder, "generic/sub/all octets", [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        Write(folder, "ignition/large.ign", [.. Encoding.UTF8.GetBytes("""{"ignition": {"version": "3.3.0"}}"""), .. Enumerable.Repeat((byte)' ', 2 << 20)]);
        _appliance.Configure();
        await _appliance.StartAsync();

        Assert.EndsWith("(a dry run: nothing was changed)\n", (await _appliance.CommandAsync("import", folder, "--dry-run")).Output, StringComparison.Ordinal);
        Assert.Equal($"5 documents in {folder}: 5 added, 0 replaced, 0 there already, 0 left as they are\n", (await _appliance.CommandAsync("import", folder)).Output);
        Assert.Equal($"5 documents in {folder}: 0 added, 0 replaced, 5 there already, 0 left as they are\n", (await _appliance.CommandAsync("import", folder)).Output);
        using (var boot = new HttpClient())
        {
            Assert.Contains("/assets/k", await boot.GetStringAsync(new Uri($"{_appliance.BootUrl}/ipxe?os=x"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        // Durable: a kill takes nothing.
        await _appliance.StopAsync("KILL");
        await _appliance.StartAsync();
        var copy = Path.Combine(_appliance.Folder, "copy");
        Assert.Contains("5 documents", (await _appliance.CommandAsync("export", copy)).Output, StringComparison.Ordinal);
        Assert.Equal(Contents(folder), Contents(copy));
        Assert.Contains("is not empty", (await _appliance.CommandAsync("export", copy)).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _appliance.CommandAsync("export", copy, "--force")).Code);

        Write(folder, "cloud/c", "#cloud-config\nx: 1\n"u8.ToArray());
        var kept = await _appliance.CommandAsync("import", folder);
        Assert.Equal(1, kept.Code);
        Assert.Contains("1 left as they are", kept.Output, StringComparison.Ordinal);
        Assert.Contains("1 replaced", (await _appliance.CommandAsync("import", folder, "--replace")).Output, StringComparison.Ordinal);

        Write(folder, "groups/broken.json", "{"u8.ToArray());
        Assert.Contains("groups/broken.json:1:", (await _appliance.CommandAsync("import", folder)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_folder_is_taken_over_into_the_store_before_it_is_emptied()
    {
        var data = Path.Combine(_appliance.Folder, "data");
        Write(data, "profiles/live.json", Encoding.UTF8.GetBytes(Profile));
        Write(data, "groups/all.json", Encoding.UTF8.GetBytes(Group));
        Write(data, "cloud/c", "#cloud-config\n"u8.ToArray());
        _appliance.Configure();
        await _appliance.StartAsync();
        Assert.Equal(
            $"3 documents in {data}: 0 added, 0 replaced, 3 there already, 0 left as they are\n3 documents of these are files of the data folder and in no store: --take-over keeps copies\n",
            (await _appliance.CommandAsync("import", data)).Output);
        Assert.Contains("3 taken over, 0 there already", (await _appliance.CommandAsync("import", data, "--take-over")).Output, StringComparison.Ordinal);
        // Another content of a declared path is refused as ever.
        Write(Path.Combine(_appliance.Folder, "other"), "cloud/c", "#cloud-config\nx: 1\n"u8.ToArray());
        Assert.Contains("declared folder", (await _appliance.CommandAsync("import", Path.Combine(_appliance.Folder, "other"), "--take-over", "--replace")).Error, StringComparison.Ordinal);

        foreach (var part in (string[])["profiles", "groups", "cloud"])
        {
            Directory.Delete(Path.Combine(data, part), recursive: true);
        }
        using var boot = new HttpClient();
        for (var i = 0; i < 20; i++)
        {
            Assert.Contains("/assets/k", await boot.GetStringAsync(new Uri($"{_appliance.BootUrl}/ipxe?os=x"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        await _appliance.StopAsync();
        await _appliance.StartAsync();
        Assert.Contains("/assets/k", await boot.GetStringAsync(new Uri($"{_appliance.BootUrl}/ipxe?os=x"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("3 documents", (await _appliance.CommandAsync("export", data, "--force")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_keeps_preconditions_and_refuses_faults_with_their_places()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var http = Control();

        using var made = await SendAsync(http, HttpMethod.Put, "profiles/live.json", """{ "id": "live", "boot": {} }""", ifNone: true);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var tag = made.Headers.ETag!.Tag;
        using var again = await SendAsync(http, HttpMethod.Put, "profiles/live.json", "{}", ifNone: true);
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
        using var refused = await SendAsync(http, HttpMethod.Put, "groups/a.json", "{\n\"profile\": \"nowhere\"}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("groups/a.json:2:12", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var read = await SendAsync(http, HttpMethod.Get, "profiles/live.json");
        Assert.Equal(("""{ "id": "live", "boot": {} }""", tag), (await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), read.Headers.ETag!.Tag));
        using var removed = await SendAsync(http, HttpMethod.Delete, "profiles/live.json", ifMatch: tag);
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        using var gone = await SendAsync(http, HttpMethod.Get, "profiles/live.json");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        Write(Path.Combine(_appliance.Folder, "data"), "profiles/declared.json", Encoding.UTF8.GetBytes(Profile.Replace("live", "declared", StringComparison.Ordinal)));
        using var declared = await SendAsync(http, HttpMethod.Put, "profiles/declared.json", Profile);
        Assert.Equal(HttpStatusCode.Conflict, declared.StatusCode);
    }

    [Fact]
    public async Task With_write_to_folder_calls_write_files_for_all_to_read()
    {
        _appliance.Configure("write-to: folder");
        await _appliance.StartAsync();
        using var http = Control();
        using var made = await SendAsync(http, HttpMethod.Put, "profiles/live.json", """{ "id": "live", "boot": {} }""");
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var file = Path.Combine(_appliance.Folder, "data/profiles/live.json");
        Assert.Equal("""{ "id": "live", "boot": {} }""", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("write-to: folder")]
    public async Task What_the_store_keeps_behind_a_file_is_removed_and_the_file_stays(string settings)
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var http = Control();
        using var made = await SendAsync(http, HttpMethod.Put, "generic/a", "of the store");
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await _appliance.StopAsync();
        Write(Path.Combine(_appliance.Folder, "data"), "generic/a", "of the folder"u8.ToArray());
        _appliance.Configure(settings);
        await _appliance.StartAsync();

        Assert.Contains("folder, another in the store", (await _appliance.CommandAsync("documents")).Output, StringComparison.Ordinal);
        using var stale = await SendAsync(http, HttpMethod.Delete, "generic/a?stored=true", ifMatch: "\"0123456789abcdef0123456789abcdef\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var plan = await SendAsync(http, HttpMethod.Delete, "generic/a?stored=true&dry-run=true", ifMatch: made.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, plan.StatusCode);
        var removed = await _appliance.CommandAsync("documents", "remove", "generic/a", "--stored");
        Assert.Equal((0, "generic/a: removed from the store\n"), (removed.Code, removed.Output));
        using var again = await SendAsync(http, HttpMethod.Delete, "generic/a?stored=true");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        using var read = await SendAsync(http, HttpMethod.Get, "generic/a");
        Assert.Equal("of the folder", await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await _appliance.StopAsync();
        await _appliance.StartAsync();
        Assert.DoesNotContain("another in the store", (await _appliance.CommandAsync("documents")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_the_admin_listener_and_allowed_networks_count_after_a_reload()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var http = RunningAppliance.NewClient();
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync());
        Assert.Contains("private range", (await _appliance.CommandAsync("webhooks", "add", "a", "http://10.255.255.254:9/")).Error, StringComparison.Ordinal);

        File.WriteAllText(_appliance.ConfigFile, File.ReadAllText(_appliance.ConfigFile)
            .Replace("admin: { ", "outbound: { allow: [10.255.255.254/32] }\nadmin: { hosts: [boot.example.com], ", StringComparison.Ordinal));
        await _appliance.SignalAsync("HUP");
        for (var left = 100; await StatusAsync() != HttpStatusCode.OK; left--)
        {
            Assert.True(left > 0, _appliance.Output);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, (await _appliance.CommandAsync("webhooks", "add", "a", "http://10.255.255.254:9/")).Code);
        Assert.DoesNotContain("after a restart", _appliance.Output, StringComparison.Ordinal);

        async Task<HttpStatusCode> StatusAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{_appliance.AdminUrl}/healthz");
            request.Headers.Host = $"boot.example.com:{new Uri(_appliance.AdminUrl).Port}";
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    private HttpClient Control() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_appliance.State, "control.sock")), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://control/api/v1/documents/"),
    };

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, string? body = null, bool ifNone = false, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        if (ifNone)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static void Write(string folder, string path, byte[] content)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    private static string[] Contents(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(folder, file)} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];
}
