using System.Text.Json;
using Matchbox.Core.Events;
using Matchbox.Http.Rest.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Server-sent events, and what other programs read of the machines.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Events_come_as_they_happen_and_are_resumed_by_id()
    {
        await using var host = await RestHost.StartAsync();
        using var reader = await OpenAsync(host, "/api/v1/events/stream");
        await Tell(host, "one", EventKind.Started);
        await Tell(host, "two", EventKind.Armed, "m1");

        var (id, text) = await NextAsync(reader);
        Assert.Equal("one", text);
        Assert.Equal("two", (await NextAsync(reader)).Text);

        using var resumed = await OpenAsync(host, "/api/v1/events/stream", id);
        Assert.Equal("two", (await NextAsync(resumed)).Text);
        await Tell(host, "three", EventKind.Held);
        Assert.Equal("three", (await NextAsync(resumed)).Text);
    }

    [Fact]
    public async Task Filters_leave_out_the_others()
    {
        await using var host = await RestHost.StartAsync();
        using var reader = await OpenAsync(host, "/api/v1/events/stream?kind=armed&kind=held&machine=m1&after=0");
        await Tell(host, "other kind", EventKind.Started);
        await Tell(host, "other machine", EventKind.Armed, "m2");
        await Tell(host, "wanted", EventKind.Held, "m1");

        Assert.Equal("wanted", (await NextAsync(reader)).Text);
        (await host.GetAsync("/api/v1/events/stream?kind=nothing")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync("/api/v1/events/stream", ("Last-Event-ID", "x"))).Problem(ProblemKind.InvalidRequest);
    }

    [Fact]
    public async Task The_past_is_searched_by_kind_and_words_and_read_page_by_page()
    {
        await using var host = await RestHost.StartAsync();
        for (var number = 1; number <= 25; number++)
        {
            await Tell(host, $"disk {number} of Rack B7", number % 5 == 0 ? EventKind.Failed : EventKind.Progress, "m1");
        }
        Assert.Equal(["disk 20 of Rack B7", "disk 25 of Rack B7"], Texts(await host.GetAsync("/api/v1/events?kind=failed&text=rack%20DISK&limit=2"), out var next));
        Assert.Equal(["disk 10 of Rack B7", "disk 15 of Rack B7"], Texts(await host.GetAsync($"/api/v1/events?kind=failed&limit=2&before={next}"), out next));
        Assert.Equal(["disk 5 of Rack B7"], Texts(await host.GetAsync($"/api/v1/events?kind=failed&limit=2&before={next}"), out next));
        Assert.Null(next);
        Assert.Empty(Texts(await host.GetAsync("/api/v1/events?text=switch"), out _));
        (await host.GetAsync("/api/v1/events?kind=nothing")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync($"/api/v1/events?text={new string('x', 300)}")).Problem(ProblemKind.InvalidRequest);
    }

    private static string[] Texts(RestHost.Answer answer, out long? next)
    {
        next = answer.Json.TryGetProperty("next", out var number) ? number.GetInt64() : null;
        return [.. answer.Json.GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("text").GetString()!)];
    }

    [Fact]
    public async Task Streams_are_bounded_and_let_go()
    {
        await using var host = await RestHost.StartAsync();
        var open = new List<StreamReader>();
        for (var i = 0; i < 64; i++)
        {
            open.Add(await OpenAsync(host, "/api/v1/events/stream"));
        }
        (await host.GetAsync("/api/v1/events/stream")).Problem(ProblemKind.Busy);
        open.ForEach(reader => reader.Dispose());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                using var again = await OpenAsync(host, "/api/v1/events/stream");
                return;
            }
            catch (HttpRequestException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    [Fact]
    public async Task Ansible_and_Prometheus_read_the_machines()
    {
        await using var host = await RestHost.StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b-7" } }""");
        await host.SendAsync("POST", "/api/v1/machines", """{ "macs": ["52:54:00:77:00:02"] }""");

        var inventory = (await host.GetAsync("/api/v1/inventory/ansible")).Json;
        Assert.Equal(["52-54-00-77-00-02", "node1"], inventory.GetProperty("all").GetProperty("hosts").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("node1", inventory.GetProperty("label_rack_b_7").GetProperty("hosts")[0].GetString());
        Assert.Equal("b-7", inventory.GetProperty("_meta").GetProperty("hostvars").GetProperty("node1").GetProperty("matchbox_labels").GetProperty("rack").GetString());
        Assert.Equal("[]", (await host.GetAsync("/api/v1/discovery/prometheus?port=9200")).Text);
        (await host.GetAsync("/api/v1/discovery/prometheus?port=70000")).Problem(ProblemKind.InvalidRequest);
    }

    private static async Task Tell(RestHost host, string text, EventKind kind, string? machine = null)
    {
        var events = host.Services.GetRequiredService<EventStream>();
        events.Publish(new ApplianceEvent { At = DateTimeOffset.UnixEpoch, Kind = kind, Machine = machine, Known = true, Text = text });
        while (!events.Read(limit: 1_000).Any(happened => happened.Text == text))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<StreamReader> OpenAsync(RestHost host, string path, long? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        // The stream is joined when its first comment comes.
        Assert.StartsWith(":", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return reader;
    }

    private static async Task<(long Id, string Text)> NextAsync(StreamReader reader)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        long id = 0;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
            }
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(line[6..]);
                return (id, json.RootElement.GetProperty("text").GetString()!);
            }
        }
        throw new InvalidOperationException("the stream ended");
    }
}
