using System.Net;
using System.Text;
using System.Text.Json;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Butane by the API of the real program.</summary>
public sealed class ButaneEndpointTests : IAsyncLifetime
{
    private const string Plain = "variant: fcos\nversion: 1.5.0\n";
    private const string Warns = "variant: fcos\nversion: 1.5.0\nunknown: 1\n";
    private const string Fails = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: relative\n";
    private static readonly HttpClient Http = RunningAppliance.NewClient();

    private readonly RunningAppliance _appliance = new();

    public async ValueTask InitializeAsync()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
    }

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task A_config_is_translated_as_the_query_says()
    {
        var plain = await PostAsync("", new StringContent(Plain));
        Assert.Equal((HttpStatusCode.OK, "{\"ignition\":{\"version\":\"3.4.0\"}}\n"), plain);
        Assert.Contains("\n  \"ignition\"", (await PostAsync("?pretty", new StringContent(Plain))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("", new StringContent(Warns))).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("?strict=false", new StringContent(Warns))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("?strict", new StringContent(Warns))).Status);

        var reported = await PostAsync("?report", new StringContent(Warns));
        using var answer = JsonDocument.Parse(reported.Text);
        Assert.Equal("3.4.0", answer.RootElement.GetProperty("config").GetProperty("ignition").GetProperty("version").GetString());
        Assert.Equal("warning", answer.RootElement.GetProperty("report").GetProperty("findings")[0].GetProperty("severity").GetString());
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place()
    {
        var refused = await PostAsync("", new StringContent(Fails));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        using var answer = JsonDocument.Parse(refused.Text);
        var finding = answer.RootElement.GetProperty("findings")[0];
        Assert.Equal(("error", 5), (finding.GetProperty("severity").GetString(), finding.GetProperty("line").GetInt32()));
        Assert.True(finding.GetProperty("column").GetInt32() > 0);
    }

    [Fact]
    public async Task A_form_brings_the_local_files()
    {
        const string config = Plain + "storage:\n  files:\n    - path: /etc/motd\n      contents:\n        local: motd\n  trees:\n    - local: tree\n      path: /opt\n";
        var answer = await PostAsync("", Form(config, "motd", "tree/a/b"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("data:,x", answer.Text, StringComparison.Ordinal);
        Assert.Contains("/opt/a/b", answer.Text, StringComparison.Ordinal);

        var below = await PostAsync("", Form(config.Replace("local: motd", "local: motd/x", StringComparison.Ordinal), "motd", "tree/a"));
        Assert.Contains("not a directory", below.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_are_refused()
    {
        string[][] bundles = [["../x"], ["a/../../x"], ["a", "a"], ["a", "./a"], ["a", "a/b"], ["a/b", "a"], [string.Join('/', Enumerable.Repeat("a", 65))], [new string('a', 4097)]];
        foreach (var names in bundles)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("", Form(Plain, names))).Status);
        }
    }

    [Fact]
    public async Task A_body_may_be_large_but_not_too_large()
    {
        var large = Plain + "# " + new string('x', 100_000) + "\n";
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("", new StringContent(large))).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("", Form(large, "a"))).Status);

        using var known = await OpenAsync((16 << 20) + 1);
        Assert.StartsWith("HTTP/1.1 413 ", await FirstLineAsync(known), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("")) { Content = new ByteArrayContent(new byte[(16 << 20) + 1]) };
        request.Headers.TransferEncodingChunked = true;
        using var found = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, found.StatusCode);
    }

    [Fact]
    public async Task When_too_many_ask_the_next_is_sent_away_and_turns_come_back()
    {
        var idle = new List<Stream>();
        for (var i = 0; i < Environment.ProcessorCount + 40; i++)
        {
            idle.Add(await OpenAsync(10));
        }
        // Those beyond the queue are answered at once: the last that came is one of them.
        Assert.Contains("503", await RunningAppliance.EventuallyAsync(async () => $"{(int)(await PostAsync("", new StringContent(Plain))).Status}", code => code == "503"), StringComparison.Ordinal);
        idle.ForEach(client => client.Dispose());
        Assert.Equal("200", await RunningAppliance.EventuallyAsync(async () => $"{(int)(await PostAsync("", new StringContent(Plain))).Status}", code => code == "200"));
    }

    private static MultipartFormDataContent Form(string config, params string[] names)
    {
        var form = new MultipartFormDataContent { { new StringContent(config), "config" } };
        foreach (var name in names)
        {
            form.Add(new StringContent("x"), "file", name);
        }
        return form;
    }

    private static async Task<string> FirstLineAsync(Stream client)
    {
        using var reader = new StreamReader(client);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    private string Url(string query) => $"{_appliance.AdminUrl}/api/v1/butane{query}";

    private async Task<Stream> OpenAsync(int length)
    {
        var client = await _appliance.ConnectAsync();
        var head = $"POST /api/v1/butane HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n";
        await client.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        return client;
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string query, HttpContent content)
    {
        using (content)
        {
            using var answer = await Http.PostAsync(Url(query), content, TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
