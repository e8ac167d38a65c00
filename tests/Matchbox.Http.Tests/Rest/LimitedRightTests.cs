using System.Collections.Immutable;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Matchbox.Protocols;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Changes of the catalog by somebody whose right is limited to a rack.</summary>
public sealed class LimitedRightTests : IAsyncLifetime
{
    private const string Kernel = """{ "id": "ID", "boot": { "kernel": "/k" }, "ignition_id": "ID.ign" }""";
    private const string Config = """{ "ignition": { "version": "3.3.0" } }""";

    private RestHost _host = null!;
    private (string, string) _b7;

    public async ValueTask InitializeAsync()
    {
        _host = await RestHost.StartAsync(host =>
        {
            foreach (var id in (string[])["b7", "a1", "both"])
            {
                host.Documents.Add($"ignition/{id}.ign", Config);
                host.Documents.Add($"profiles/{id}.json", Kernel.Replace("ID", id, StringComparison.Ordinal));
            }
            host.Documents.Add("groups/b7.json", """{ "profile": "b7", "selector": { "rack": "b7" } }""");
            host.Documents.Add("groups/a1.json", """{ "profile": "a1", "selector": { "rack": "a1" } }""");
            host.Documents.Add("groups/both-b7.json", """{ "profile": "both", "selector": { "rack": "b7", "os": "x" } }""");
            host.Documents.Add("groups/both-a1.json", """{ "profile": "both", "selector": { "rack": "a1", "os": "x" } }""");
        });
        await AddAsync("52:54:00:77:00:01", "b7");
        await AddAsync("52:54:00:77:00:02", "a1");
        _b7 = _host.As("operator:rack=b7");
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    // The caller's own: a group of the rack, by equality or by a condition; one of a machine of the rack by its MAC; the rack's profile and config.
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "rack": "b7", "role": "worker" } }""", true)]
    [InlineData("groups/new.json", """{ "profile": "b7", "match": { "rack": "b7" } }""", true)]
    [InlineData("groups/new.json", """{ "profile": "b7", "match": { "rack": ["b7"] } }""", true)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "mac": "52:54:00:77:00:01" } }""", true)]
    [InlineData("groups/b7.json", """{ "profile": "b7", "selector": { "rack": "b7" }, "metadata": { "x": 1 } }""", true)]
    [InlineData("groups/b7.json", null, true)]
    [InlineData("profiles/b7.json", """{ "id": "b7", "boot": { "kernel": "/other" }, "ignition_id": "b7.ign" }""", true)]
    [InlineData("ignition/b7.ign", """{ "ignition": { "version": "3.4.0" } }""", true)]
    // Everybody, another rack, several racks, what only begins alike, whatever is not said of the rack.
    [InlineData("groups/new.json", """{ "profile": "b7" }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "rack": "a1" } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "os": "x" } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "match": { "rack": ["b7", "a1"] } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "match": { "rack": { "prefix": "b7" } } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "match": { "rack": { "not": "a1" } } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "mac": "52:54:00:77:00:02" } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "mac": "52:54:00:77:00:02", "os": "later" } }""", false)]
    [InlineData("groups/new.json", """{ "profile": "b7", "selector": { "mac": "52:54:00:77:00:99" } }""", false)]
    // Out of the caller's part, into it, or away from others.
    [InlineData("groups/b7.json", """{ "profile": "b7", "selector": { "rack": "a1" } }""", false)]
    [InlineData("groups/a1.json", """{ "profile": "a1", "selector": { "rack": "b7" } }""", false)]
    [InlineData("groups/a1.json", null, false)]
    // What nobody uses, and is new.
    [InlineData("profiles/new.json", """{ "id": "new", "boot": { "kernel": "/k" } }""", true)]
    [InlineData("generic/new", "x", true)]
    // Used by others too, or by nobody and not of the caller's making.
    [InlineData("profiles/idle.json", """{ "id": "idle", "boot": { "kernel": "/k" } }""", false)]
    [InlineData("groups/new.txt", "x", false)]
    [InlineData("profiles/both.json", """{ "id": "both", "boot": { "kernel": "/other" }, "ignition_id": "both.ign" }""", false)]
    [InlineData("ignition/both.ign", """{ "ignition": { "version": "3.4.0" } }""", false)]
    // As it is there: what is another's is not touched at all.
    [InlineData("ignition/a1.ign", Config, false)]
    public async Task An_operator_of_a_rack_changes_what_reaches_that_rack_alone(string path, string? content, bool may)
    {
        _host.Documents.Add("profiles/idle.json", """{ "id": "idle", "boot": { "kernel": "/idle" } }""");
        var call = $"/api/v1/documents/{path}";
        var answer = content is null ? await _host.SendAsync("DELETE", call, null, null, _b7) : await _host.SendAsync("PUT", call, content, "application/octet-stream", _b7);
        Assert.True((may ? 200 : content is null ? 404 : 403) == answer.Status, $"{answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task The_problem_says_which_machine_or_group_is_outside()
    {
        var machine = await _host.SendAsync("PUT", "/api/v1/groups/a1", """{ "profile": "b7", "selector": { "rack": "a1" } }""", "application/json", _b7);
        Assert.Contains("machine 52-54-00-77-00-02", machine.Problem(ProblemKind.Forbidden).Detail, StringComparison.Ordinal);
        var group = await _host.SendAsync("PUT", "/api/v1/groups/c3", """{ "profile": "b7", "selector": { "rack": "c3" } }""", "application/json", _b7);
        Assert.Contains("group c3", group.Problem(ProblemKind.Forbidden).Detail, StringComparison.Ordinal);
        Assert.Null(_host.Documents.Find("groups/c3.json"));
    }

    [Fact]
    public async Task A_profile_is_made_in_one_call_with_the_group_that_uses_it()
    {
        const string Objects = """
            { "objects": [
              { "kind": "group", "id": "new", "object": { "profile": "new", "selector": { "rack": "b7", "role": "new" } } },
              { "kind": "profile", "id": "new", "object": { "id": "new", "boot": { "kernel": "/k" }, "ignition_id": "new.ign" } },
              { "kind": "ignition", "id": "new.ign", "object": { "ignition": { "version": "3.3.0" } } }
              MORE
            ] }
            """;
        var more = await ApplyAsync("""{ "kind": "ignition", "id": "a1.ign", "object": { "ignition": { "version": "3.4.0" } } }""");
        more.Problem(ProblemKind.Forbidden);
        Assert.Null(_host.Documents.Find("groups/new.json"));
        Assert.Equal(200, (await ApplyAsync("")).Status);
        Assert.NotNull(_host.Documents.Find("profiles/new.json"));
        // To prune is to remove what one sees: others' are not there.
        Assert.Equal(200, (await _host.SendAsync("PUT", "/api/v1/apply", """{ "objects": [], "prune": ["groups"] }""", "application/json", _b7)).Status);
        Assert.Equal(["groups/a1.json", "groups/both-a1.json"], _host.Documents.In("groups").Select(document => document.Path));

        Task<RestHost.Answer> ApplyAsync(string object4) =>
            _host.SendAsync("PUT", "/api/v1/apply", Objects.Replace("MORE", object4.Length > 0 ? $", {object4}" : "", StringComparison.Ordinal), "application/json", _b7);
    }

    [Fact]
    public async Task A_dry_run_shows_nothing_of_what_is_anothers()
    {
        var answer = await _host.SendAsync("PUT", "/api/v1/groups/a1?dryRun=true", """{ "profile": "b7", "selector": { "rack": "b7" } }""", "application/json", _b7);
        answer.Problem(ProblemKind.Forbidden);
        Assert.DoesNotContain("\"rack\": \"a1\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await _host.SendAsync("PUT", "/api/v1/groups/b7?dryRun=true", """{ "profile": "b7", "selector": { "rack": "b7", "os": "y" } }""", "application/json", _b7)).Status);
    }

    [Fact]
    public async Task Who_may_only_look_and_who_has_two_racks()
    {
        const string Group = """{ "profile": "b7", "selector": { "rack": "b7" }, "name": "x" }""";
        (await _host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", _host.As("viewer"))).Problem(ProblemKind.Forbidden);
        const string Both = """{ "id": "both", "boot": { "kernel": "/other" }, "ignition_id": "both.ign" }""";
        Assert.Equal(200, (await _host.SendAsync("PUT", "/api/v1/profiles/both", Both, "application/json", _host.As("operator:rack=b7", "operator:rack=a1"))).Status);
    }

    [Theory]
    [InlineData("groups", "b7 both-b7")]
    [InlineData("profiles", "b7")]
    [InlineData("configs/ignition", "b7.ign")]
    public async Task Who_has_a_rack_sees_what_reaches_that_rack_alone(string part, string seen)
    {
        var list = (await _host.GetAsync($"/api/v1/{part}", _host.As("viewer:rack=b7"))).Json.EnumerateObject().First().Value;
        Assert.Equal(seen, string.Join(' ', list.EnumerateArray().Select(one => one.GetProperty("id").GetString())));
        foreach (var id in seen.Split(' '))
        {
            Assert.Equal(200, (await _host.GetAsync($"/api/v1/{part}/{id}", _b7)).Status);
        }
        var documents = (await _host.GetAsync("/api/v1/documents", _b7)).Json.GetProperty("documents").EnumerateArray().Select(one => one.GetProperty("path").GetString());
        Assert.Equal(["groups/b7.json", "groups/both-b7.json", "ignition/b7.ign", "profiles/b7.json"], documents.Order(StringComparer.Ordinal));
        Assert.Equal(200, (await _host.GetAsync("/api/v1/documents/ignition/b7.ign", _b7)).Status);
    }

    [Theory]
    [InlineData("GET", "/api/v1/profiles/ID", 404)]
    [InlineData("GET", "/api/v1/profiles/ID?view", 404)]
    [InlineData("GET", "/api/v1/documents/profiles/ID.json", 404)]
    [InlineData("DELETE", "/api/v1/profiles/ID", 404)]
    [InlineData("DELETE", "/api/v1/profiles/ID?dryRun=true", 404)]
    [InlineData("DELETE", "/api/v1/documents/profiles/ID.json", 404)]
    [InlineData("PATCH", "/api/v1/profiles/ID", 404)]
    [InlineData("PUT", "/api/v1/profiles/ID", 412, "If-Match")]
    [InlineData("PUT", "/api/v1/profiles/ID?dryRun=true", 412, "If-Match")]
    [InlineData("PUT", "/api/v1/documents/profiles/ID.json", 412, "If-Match")]
    [InlineData("DELETE", "/api/v1/documents/profiles/ID.json", 404, "If-Match")]
    [InlineData("PUT", "/api/v1/apply", 412, "revision")]
    [InlineData("POST", "/api/v1/documents", 412, "revision")]
    public async Task What_is_anothers_and_what_is_not_there_are_not_told_apart(string method, string call, int status, string condition = "")
    {
        // One of another rack, one of several, one that no group uses, and one that is not there.
        _host.Documents.Add("profiles/idle.json", Kernel.Replace("ID", "idle", StringComparison.Ordinal));
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in (string[])["a1", "both", "idle", "none"])
        {
            var revision = _host.Documents.Find($"profiles/{id}.json")?.Revision ?? "0123456789abcdef0123456789abcdef";
            foreach (var known in (string[])[revision, "ffffffffffffffffffffffffffffffff"])
            {
                (string, string)[] headers = [_b7, .. condition == "If-Match" ? [("If-Match", $"\"{known}\"")] : ((string, string)[])[]];
                var body = call switch
                {
                    "/api/v1/apply" => $$"""{ "objects": [ { "kind": "profile", "id": "{{id}}", "object": { "name": "x" }, "ifRevision": "{{known}}" } ] }""",
                    "/api/v1/documents" => $$"""{ "changes": [ { "path": "profiles/{{id}}.json", "content": "e30=", "ifRevision": "{{known}}" } ] }""",
                    _ => """{ "name": "x" }""",
                };
                var answer = method is "GET" or "DELETE" ? await _host.SendAsync(method, call.Replace("ID", id, StringComparison.Ordinal), null, null, headers)
                    : await _host.SendAsync(method, call.Replace("ID", id, StringComparison.Ordinal), body, "application/json", headers);
                Assert.Equal((status, null), (answer.Status, answer.ETag));
                texts.Add(answer.Text.Replace(id, "ID", StringComparison.Ordinal));
            }
        }
        Assert.Single(texts);
    }

    [Fact]
    public async Task What_no_group_uses_is_of_the_part_that_wrote_it_last()
    {
        const string Path = "/api/v1/profiles/new", Text = """{ "id": "new", "boot": { "kernel": "/k" } }""", Other = """{ "id": "new", "boot": { "kernel": "/l" } }""";
        var (a1, worker) = (_host.As("operator:rack=a1"), _host.As("operator:rack=b7,role=worker"));
        Assert.Equal(200, (await PutAsync(Text, _b7, "?dryRun=true")).Status);
        // A plan makes nothing one's own.
        _host.Documents.Add("profiles/new.json", Text);
        (await PutAsync(Other, _b7)).Problem(ProblemKind.Forbidden);
        Assert.Equal(200, (await _host.SendAsync("DELETE", Path)).Status);

        Assert.Equal(201, (await PutAsync(Text, _b7)).Status);
        Assert.Equal(200, (await _host.GetAsync(Path, _b7)).Status);
        Assert.Equal(404, (await _host.GetAsync(Path, a1)).Status);
        Assert.Equal(404, (await _host.GetAsync(Path, worker)).Status);
        (await PutAsync(Other, a1)).Problem(ProblemKind.Forbidden);
        (await PutAsync(Other, worker)).Problem(ProblemKind.Forbidden);
        Assert.Equal(200, (await PutAsync(Other, _host.As("operator:rack=b7"))).Status);

        // In use, its machines count; and then it is of their part again.
        const string Group = """{ "profile": "new", "selector": { "rack": "a1", "os": "n" } }""";
        Assert.Equal(201, (await _host.SendAsync("PUT", "/api/v1/groups/n", Group, "application/json", a1)).Status);
        Assert.Equal(404, (await _host.GetAsync(Path, _b7)).Status);
        Assert.Equal(200, (await PutAsync(Text, a1)).Status);
        Assert.Equal(200, (await _host.SendAsync("DELETE", "/api/v1/groups/n", null, null, a1)).Status);
        Assert.Equal(404, (await _host.GetAsync(Path, _b7)).Status);
        Assert.Equal(200, (await _host.GetAsync(Path, a1)).Status);

        // Whoever may everything takes it over.
        Assert.Equal(200, (await PutAsync(Other)).Status);
        Assert.Equal(404, (await _host.SendAsync("DELETE", Path, null, null, a1)).Status);
        Assert.Equal(200, (await PutAsync(Text)).Status);
        Assert.Equal(404, (await _host.SendAsync("DELETE", Path, null, null, a1)).Status);

        Task<RestHost.Answer> PutAsync(string text, (string, string)? who = null, string query = "") =>
            _host.SendAsync("PUT", Path + query, text, "application/json", who is { } named ? [named] : []);
    }

    [Fact]
    public async Task What_ties_with_anothers_group_does_not_name_it()
    {
        const string Group = """{ "profile": "b7", "selector": { "os": "x" }, "match": { "rack": "b7" } }""";
        _host.Documents.Add("groups/secret.json", """{ "profile": "a1", "selector": { "os": "x" }, "match": { "rack": ["b7"], "row": "9" } }""");
        foreach (var query in (string[])["?dryRun=true", ""])
        {
            var answer = await _host.SendAsync("PUT", "/api/v1/groups/mine" + query, Group, "application/json", _b7);
            Assert.True(answer.Status is 200 or 201, answer.Text);
            Assert.DoesNotContain("both-a1", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_broken_group_is_nobodys_part()
    {
        _host.Documents.Add("groups/broken.json", "{");
        const string Group = """{ "profile": "b7", "selector": { "rack": "b7", "os": "z" } }""";
        Assert.Contains("cannot be read", (await _host.SendAsync("PUT", "/api/v1/groups/broken", Group, "application/json", _b7)).Problem(ProblemKind.Forbidden).Detail, StringComparison.Ordinal);
        (await _host.SendAsync("PUT", "/api/v1/groups/b7", "{", "application/json", _b7)).Problem(ProblemKind.Forbidden);
    }

    private async Task AddAsync(string mac, string rack)
    {
        var address = HardwareAddress.Parse(mac);
        await _host.Machines.PutAsync(
            new Machine
            {
                Id = mac.Replace(':', '-'),
                Origin = MachineOrigin.Added,
                Macs = [address],
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add("rack", rack),
            },
            TestContext.Current.CancellationToken);
    }
}
