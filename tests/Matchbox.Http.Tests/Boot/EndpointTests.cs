using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Matchbox.Core.Events;

namespace Matchbox.Http.Tests.Boot;

public class EndpointTests
{
    private const string Config = """{"ignition":{"version":"3.3.0"},"note":"<&>"}""";

    // What poseidon/matchbox makes of it.
    private const string Served =
        """{"ignition":{"config":{"replace":{"verification":{}}},"proxy":{},"security":{"tls":{}},"timeouts":{},"version":"3.4.0"},"kernelArguments":{},"passwd":{},"storage":{},"systemd":{}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_boot_goes_its_way_and_the_timeline_shows_it()
    {
        await using var host = await BootHost.StartAsync(Live);
        host.Client.DefaultRequestHeaders.Host = "boot.test";
        var nonce = host.Begin();

        var first = await host.Client.GetStringAsync($"/boot.ipxe?nonce={nonce}", Cancellation);
        Assert.Contains($"&nonce={nonce} ||", first, StringComparison.Ordinal);
        var script = await host.Client.GetStringAsync($"/ipxe?mac=52-54-00-77-00-01&nonce={nonce}", Cancellation);
        Assert.Contains($"kernel http://boot.test/assets/vmlinuz ignition.config.url=http://boot.test/ignition?mac=52:54:00:77:00:01&nonce={nonce} ", script, StringComparison.Ordinal);
        _ = await host.Client.GetByteArrayAsync("/assets/vmlinuz", Cancellation);
        _ = await host.Client.GetByteArrayAsync("/assets/vmlinuz", Cancellation);
        Assert.Equal(Served, await host.Client.GetStringAsync($"/ignition?mac=52:54:00:77:00:01&nonce={nonce}", Cancellation));

        Assert.Equal(
            [EventKind.ScriptServed, EventKind.KernelFetched, EventKind.IgnitionServed],
            host.Events.All.Select(happened => happened.Kind).Where(kind => kind != EventKind.Discovered));
    }

    [Theory]
    [InlineData("/ipxe?mac=52-54-00-77-00-01")]
    [InlineData("/ignition?mac=52-54-00-77-00-01")]
    [InlineData("/boot.ipxe")]
    [InlineData("/assets/vmlinuz")]
    [InlineData("/boot/0123456789abcdef0123456789abcdef01234567/snponly.efi")]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Head_says_the_length_of_get_and_no_answer_is_chunked_or_a_redirect(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        await using var host = await BootHost.StartAsync(Live);
        using var get = await host.Client.GetAsync(path, Cancellation);
        using var head = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancellation);
        Assert.Equal((status, status), (get.StatusCode, head.StatusCode));
        Assert.Equal((await get.Content.ReadAsByteArrayAsync(Cancellation)).Length, get.Content.Headers.ContentLength);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.NotEqual(true, get.Headers.TransferEncodingChunked);
        Assert.Empty(get.Headers.Server);
        Assert.Null(get.Headers.Location);
    }

    [Fact]
    public async Task A_large_asset_comes_whole_and_in_parts()
    {
        var content = new byte[3_000_001];
        new Random(7).NextBytes(content);
        await using var host = await BootHost.StartAsync(given => File.WriteAllBytes(Path.Combine(given.Assets, "big"), content));
        Assert.Equal(content, await host.Client.GetByteArrayAsync("/assets/big", Cancellation));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/big") { Headers = { Range = new RangeHeaderValue(1_000_000, null) } };
        using var part = await host.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 1000000-3000000/3000001", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(content[1_000_000..], await part.Content.ReadAsByteArrayAsync(Cancellation));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/assets/big") { Headers = { IfModifiedSince = part.Content.Headers.LastModified } };
        using var same = await host.Client.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Theory]
    [InlineData("/assets/../secret")]
    [InlineData("/assets/%2e%2e/secret")]
    [InlineData("/assets/%2e%2e%2fsecret")]
    [InlineData("/assets/..%5csecret")]
    [InlineData("/assets/inside/..%2f..%2fsecret")]
    [InlineData("/assets/link")]
    [InlineData("/assets/folder/secret")]
    [InlineData("/assets//secret")]
    [InlineData("/boot/0123456789abcdef0123456789abcdef01234567/..%2fsecret")]
    [InlineData("/boot/0123456789abcdef0123456789abcdef01234567/..")]
    [InlineData("/boot/0123456789abcdef0123456789abcdef01234567/link")]
    public async Task Nothing_outside_of_a_folder_is_served(string path)
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            given.Write("secret", "secret");
            given.Write("elsewhere/secret", "secret");
            given.Write("assets/inside/file", "");
            File.CreateSymbolicLink(Path.Combine(given.Assets, "link"), Path.Combine(given.Assets, "..", "secret"));
            File.CreateSymbolicLink(Path.Combine(given.Assets, "folder"), Path.Combine(given.Assets, "..", "elsewhere"));
            File.CreateSymbolicLink(Path.Combine(given.Loaders, "link"), Path.Combine(given.Loaders, "..", "secret"));
        });
        var answer = Answer.Parse(await host.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Cancellation));
        // What is not clean leads to what is, and that is not there.
        Assert.True(answer.Status == 404 || answer.Status == 307 && answer.Headers["Location"] is "/secret" or "/assets/secret" or "/boot");
        Assert.False(answer.Body.AsSpan().SequenceEqual("secret"u8));
    }

    [Fact]
    public async Task A_link_inside_the_folder_is_followed()
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            given.Write("assets/v1/vmlinuz", "one");
            Directory.CreateSymbolicLink(Path.Combine(given.Assets, "current"), "v1");
        });
        Assert.Equal("one", await host.Client.GetStringAsync("/assets/current/vmlinuz", Cancellation));
    }

    [Fact]
    public async Task A_loader_is_an_EFI_application_and_its_fetch_proves_the_boot()
    {
        await using var host = await BootHost.StartAsync(given => given.Write("loaders/snponly.efi", "MZ"));
        var nonce = host.Begin();
        using var head = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/boot/{nonce}/snponly.efi"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("application/efi", head.Content.Headers.ContentType!.ToString());
        Assert.False(host.Sessions.Present(BootHost.Node)!.Proven);
        Assert.Equal("MZ", await host.Client.GetStringAsync($"/boot/{nonce}/snponly.efi", Cancellation));
        // The client has the last octet before the listener knows that it was the last.
        await BootHost.EventuallyAsync(() => host.Sessions.Present(BootHost.Node)!.Proven);
        Assert.Contains($"nonce={nonce}", await host.Client.GetStringAsync($"/boot/{nonce}/autoexec.ipxe", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_a_profile_sees_why_and_who_names_nobody_gets_404()
    {
        await using var host = await BootHost.StartAsync();
        var nonce = host.Begin();
        var script = await host.Client.GetStringAsync($"/ipxe?mac=52-54-00-77-00-01&nonce={nonce}", Cancellation);
        Assert.Contains("echo matchbox: no group selects this machine\n", script, StringComparison.Ordinal);
        using var nobody = await host.Client.GetAsync("/ipxe", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
        Assert.Equal("404 page not found\n", await nobody.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Large_heads_and_lines_are_refused()
    {
        await using var host = await BootHost.StartAsync();
        Assert.Equal(414, Answer.Parse(await host.RawAsync($"GET /{new string('x', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n", Cancellation)).Status);
        Assert.Equal(431, Answer.Parse(await host.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('x', 20_000)}\r\n\r\n", Cancellation)).Status);
    }

    [Fact]
    public async Task A_generic_file_is_served_as_it_is_and_a_template_rendered()
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            given.Write("data/groups/a.json", """{"profile": "a", "selector": {"p": "a"}}""");
            given.Write("data/groups/b.json", """{"profile": "b", "selector": {"p": "b"}, "metadata": {"x": "<p>"}}""");
            given.Write("data/profiles/a.json", """{"id": "a", "generic_id": "plain"}""");
            given.Write("data/profiles/b.json", """{"id": "b", "generic_id": "template"}""");
            given.Write("data/generic/plain", "<html>x");
            given.Write("data/generic/template", "{{.x}} {{.p}} {{.request.query.name}}");
        });
        using var plain = await host.Client.GetAsync("/generic?p=a", Cancellation);
        Assert.Equal("text/html; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        Assert.Equal("<html>x", await plain.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("<p> b y z", await host.Client.GetStringAsync("/generic?p=b&name=y+z", Cancellation));
        using var broken = await host.Client.GetAsync("/generic?p=b", Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.Contains("generic/template:1:", await broken.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Butane_config_becomes_the_machines_own_Ignition()
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            given.Write("data/groups/node.json", """{"id": "node", "profile": "live", "selector": {"mac": "52:54:00:77:00:01"}, "metadata": {"name": "node-1"}}""");
            given.Write("data/profiles/live.json", """{"id": "live", "ignition_id": "node.yaml", "boot": {"kernel": "/k"}}""");
            given.Write("data/ignition/node.yaml", "variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: /etc/hostname\n      contents: {inline: {{.name}}-{{.request.query.slot}}}\n");
        });
        Assert.Equal(
            Served.Replace("{},\"systemd", """{"files":[{"group":{},"path":"/etc/hostname","user":{},"contents":{"compression":"","source":"data:,node-1-7","verification":{}}}]},"systemd""", StringComparison.Ordinal),
            await host.Client.GetStringAsync("/ignition?mac=52-54-00-77-00-01&slot=7", Cancellation));
    }

    [Theory]
    [InlineData("3.3.0", "3.3.0", "given as that")]
    [InlineData("3.0.0", "3.4.0", "will refuse the config")]
    [InlineData("3.4.0", "3.4.0", "")]
    [InlineData("2.4.0", "3.4.0", "will refuse the config")]
    [InlineData("nonsense", "3.4.0", "")]
    public async Task A_machine_with_an_older_Ignition_is_not_given_a_newer_spec_silently(string reads, string given, string told)
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            given.Write("data/groups/node.json", """{"id": "node", "profile": "live", "selector": {"mac": "52:54:00:77:00:01"}}""");
            given.Write("data/profiles/live.json", """{"id": "live", "ignition_id": "node.yaml", "boot": {"kernel": "/k"}}""");
            given.Write("data/ignition/node.yaml", "variant: flatcar\nversion: 1.1.0\nkernel_arguments:\n  should_exist: [a]\n");
        });
        host.Machines.Sight(BootHost.Node, null, new Matchbox.Core.Machines.Sighting { At = host.Clock.GetUtcNow() });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ignition?mac=52-54-00-77-00-01");
        request.Headers.TryAddWithoutValidation("Accept", $"application/vnd.coreos.ignition+json;version={reads}, */*;q=0.1");
        using var answer = await host.Client.SendAsync(request, Cancellation);
        Assert.Contains($"\"version\":\"{given}\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var events = host.Events.All.Where(happened => happened.Kind == Matchbox.Core.Events.EventKind.ConfigNewer).ToArray();
        Assert.Equal(told.Length > 0 ? 1 : 0, events.Length);
        Assert.All(events, happened => Assert.Contains(told, happened.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_template_never_sees_the_secrets_of_a_boot()
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            Live(given);
            given.Write("data/profiles/live.json", """{"id": "live", "generic_id": "node", "boot": {"kernel": "/k"}}""");
            given.Write("data/generic/node", "{{.request.raw_query}} {{len .request.query}}");
        });
        using var answer = await host.Client.GetAsync(new Uri("/generic?mac=52-54-00-77-00-01&nonce=n1&%74oken=t1&x=%20", UriKind.Relative), Cancellation);
        Assert.Equal("mac=52-54-00-77-00-01&x=%20 2", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_request_makes_no_installer_of_a_live_machines_generic_file()
    {
        await using var host = await BootHost.StartAsync(given =>
        {
            Live(given);
            given.Write("data/profiles/live.json", """{"id": "live", "generic_id": "node", "boot": {"kernel": "/k"}}""");
            given.Write("data/generic/node", "{{index .request.query \"x\"}} {{.request.query.y}}");
        });
        using var plain = await host.Client.GetAsync(new Uri("/generic?mac=52-54-00-77-00-01&x=a&y=b", UriKind.Relative), Cancellation);
        Assert.Equal("a b", await plain.Content.ReadAsStringAsync(Cancellation));
        using var sneaked = await host.Client.GetAsync(new Uri("/generic?mac=52-54-00-77-00-01&x=flatcar-install&y=-d", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, sneaked.StatusCode);
        Assert.Contains("served without an arming", await sneaked.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var odd = await host.Client.GetAsync(new Uri("/generic?mac=52-54-00-77-00-01&x=%7B%22a%22:%22%5Cud800%22%7D&y=", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, odd.StatusCode);
    }

    private static void Live(BootHost host)
    {
        host.Write("data/groups/node.json", """{"id": "node", "profile": "live", "selector": {"mac": "52:54:00:77:00:01"}}""");
        host.Write("data/profiles/live.json", """
            {"id": "live", "ignition_id": "node.ign",
             "boot": {"kernel": "http://boot.test/assets/vmlinuz", "args": ["ignition.config.url=http://boot.test/ignition?mac=52:54:00:77:00:01"]}}
            """);
        host.Write("data/ignition/node.ign", Config);
        host.Write("assets/vmlinuz", "kernel");
        host.Write("loaders/snponly.efi", "MZ");
    }
}
