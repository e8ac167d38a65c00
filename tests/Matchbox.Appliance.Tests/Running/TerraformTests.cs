using Google.Protobuf;
using Grpc.Core;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>What Terraform's provider does, call by call, and what machines get of it.</summary>
public sealed class TerraformTests : IAsyncDisposable
{
    private const string Mac = "52:54:00:a1:9c:ae";
    private const string Config = """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/etc/hostname","contents":{"source":"data:,node1"}}]}}""";

    private readonly RunningAppliance _appliance = new();
    private readonly HttpClient _http = new();
    private readonly GrpcClients _clients;

    public TerraformTests() => _clients = new GrpcClients(Path.Combine(_appliance.Folder, "certs"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        _http.Dispose();
        await _appliance.DisposeAsync();
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("store")]
    public async Task What_it_makes_is_what_it_reads_and_what_machines_boot(string writeTo)
    {
        var invoker = await StartAsync($"write-to: {writeTo}");
        var (groups, profiles, ignition) = (new Groups.GroupsClient(invoker), new Profiles.ProfilesClient(invoker), new Ignition.IgnitionClient(invoker));
        var profile = new Profile { Id = "live", IgnitionId = "live.ign", Boot = new NetBoot { Kernel = "/assets/live/vmlinuz", Initrd = { "--name main /assets/live/initrd" }, Args = { "initrd=main", "console=ttyS0" } } };
        var group = new Group { Id = "node1", Profile = "live", Selector = { ["mac"] = Mac }, Metadata = ByteString.CopyFromUtf8("""{"domain":"node1.example"}""") };

        // Create.
        await profiles.ProfilePutAsync(new ProfilePutRequest { Profile = profile }, cancellationToken: Cancellation);
        await ignition.IgnitionPutAsync(new IgnitionPutRequest { Name = "live.ign", Config = ByteString.CopyFromUtf8(Config) }, cancellationToken: Cancellation);
        await groups.GroupPutAsync(new GroupPutRequest { Group = group }, cancellationToken: Cancellation);

        // Read: no difference, or each plan would make everything anew.
        Assert.Equal(profile, (await profiles.ProfileGetAsync(new ProfileGetRequest { Id = "live" }, cancellationToken: Cancellation)).Profile);
        Assert.Equal(Config, (await ignition.IgnitionGetAsync(new IgnitionGetRequest { Name = "live.ign" }, cancellationToken: Cancellation)).Config.ToStringUtf8());
        Assert.Equal(group, (await groups.GroupGetAsync(new GroupGetRequest { Id = "node1" }, cancellationToken: Cancellation)).Group);

        // A machine, at once.
        Assert.Contains("kernel /assets/live/vmlinuz initrd=main console=ttyS0", await GetAsync($"/ipxe?mac={Mac}"), StringComparison.Ordinal);
        Assert.Contains("\"source\":\"data:,node1\"", await GetAsync($"/ignition?mac={Mac}"), StringComparison.Ordinal);
        Assert.Contains("DOMAIN=node1.example", await GetAsync($"/metadata?mac={Mac}"), StringComparison.Ordinal);
        Assert.Equal("node1", (await new Select.SelectClient(invoker).SelectGroupAsync(new SelectGroupRequest { Labels = { ["mac"] = Mac } }, cancellationToken: Cancellation)).Group.Id);

        // Delete, and once more.
        await groups.GroupDeleteAsync(new GroupDeleteRequest { Id = "node1" }, cancellationToken: Cancellation);
        await profiles.ProfileDeleteAsync(new ProfileDeleteRequest { Id = "live" }, cancellationToken: Cancellation);
        await ignition.IgnitionDeleteAsync(new IgnitionDeleteRequest { Name = "live.ign" }, cancellationToken: Cancellation);
        var again = await Assert.ThrowsAsync<RpcException>(async () => await groups.GroupDeleteAsync(new GroupDeleteRequest { Id = "node1" }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.Unknown, $"remove {_appliance.Folder}/data/groups/node1.json: no such file or directory"), (again.StatusCode, again.Status.Detail));
        Assert.DoesNotContain("/assets/live/vmlinuz", await GetAsync($"/ipxe?mac={Mac}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_writes_arms_no_machine()
    {
        var invoker = await StartAsync($"machines: [{{ name: node1, mac: \"{Mac}\" }}]");
        await InstallAsync("/assets/installer/one");
        Assert.DoesNotContain("/assets/installer", await GetAsync($"/ipxe?mac={Mac}"), StringComparison.Ordinal);

        // Nor does another one in the place of the profile that a machine was armed for.
        var armed = await _appliance.CommandAsync("machines", "arm", "node1");
        Assert.True(armed.Code == 0, armed.Error);
        await InstallAsync("/assets/installer/two");
        Assert.DoesNotContain("/assets/installer", await GetAsync($"/ipxe?mac={Mac}"), StringComparison.Ordinal);

        async Task InstallAsync(string kernel)
        {
            var profile = new Profile { Id = "install", Boot = new NetBoot { Kernel = kernel, Args = { "coreos.inst.install_dev=/dev/sda" } } };
            await new Profiles.ProfilesClient(invoker).ProfilePutAsync(new ProfilePutRequest { Profile = profile }, cancellationToken: Cancellation);
            await new Groups.GroupsClient(invoker).GroupPutAsync(
                new GroupPutRequest { Group = new Group { Id = "node1", Profile = "install", Selector = { ["mac"] = Mac } } }, cancellationToken: Cancellation);
        }
    }

    [Fact]
    public async Task A_client_of_a_rack_writes_what_reaches_that_rack_alone()
    {
        var invoker = await StartAsync("", """roles: [ { subject: "CN=terraform", right: "operator:rack=b7" }, { subject: "CN=terraform", right: viewer }, { subject: "CN=other", right: admin } ]""");
        Assert.DoesNotContain("Every client certificate", _appliance.Output, StringComparison.Ordinal);
        var (own, all) = (new Groups.GroupsClient(invoker), _clients.Connect(_appliance.GrpcUrl, "other"));
        await new Profiles.ProfilesClient(all).ProfilePutAsync(new ProfilePutRequest { Profile = new Profile { Id = "live", Boot = new NetBoot { Kernel = "/k" } } }, cancellationToken: Cancellation);
        await new Groups.GroupsClient(all).GroupPutAsync(new GroupPutRequest { Group = new Group { Id = "a1", Profile = "live", Selector = { ["rack"] = "a1" } } }, cancellationToken: Cancellation);

        await PutAsync("b7", "b7");
        await PutAsync("b7", "b7");
        foreach (var (id, rack) in new[] { ("c3", "c3"), ("a1", "b7"), ("b7", "a1"), ("../profiles/b7", "b7") })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => PutAsync(id, rack));
            Assert.True(refused.StatusCode == StatusCode.PermissionDenied, $"{id} {rack}: {refused.Status}");
        }
        foreach (var path in new[] { "/rpcpb.Groups/GroupDelete", "/rpcpb.Profiles/ProfileDelete" })
        {
            var status = await GrpcClients.StatusAsync(invoker, path, new GroupDeleteRequest { Id = path.Contains("Profile", StringComparison.Ordinal) ? "live" : "a1" }.ToByteArray());
            Assert.Equal(StatusCode.PermissionDenied, status.StatusCode);
        }
        Assert.Equal("a1", (await own.GroupGetAsync(new GroupGetRequest { Id = "a1" }, cancellationToken: Cancellation)).Group.Selector["rack"]);
        await own.GroupDeleteAsync(new GroupDeleteRequest { Id = "b7" }, cancellationToken: Cancellation);

        async Task PutAsync(string id, string rack) => await own.GroupPutAsync(
            new GroupPutRequest { Group = new Group { Id = id, Profile = "live", Selector = { ["rack"] = rack } } }, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Groups_are_selected_as_machines_see_them()
    {
        var invoker = await StartAsync("write-to: folder");
        Write("groups/plain.json", """{ "id": "plain", "profile": "p", "selector": { "os": "x" } }""");
        Write("groups/first.json", """{ "id": "first", "profile": "p", "priority": 5, "match": { "os": { "prefix": "x" } } }""");
        Write("groups/never.json", """{ "id": "never", "profile": "p", "priority": 9, "match": { "os": { "not": "x" } }, "selector": { "os": "x" } }""");
        var select = new Select.SelectClient(invoker);
        var answer = await RunningAppliance.EventuallyAsync(
            async () => await SelectedAsync(), id => id == "first");
        Assert.Equal("first", answer);

        async Task<string> SelectedAsync()
        {
            try
            {
                return (await select.SelectGroupAsync(new SelectGroupRequest { Labels = { ["os"] = "x" } }, cancellationToken: Cancellation)).Group.Id;
            }
            catch (RpcException refused)
            {
                return refused.Status.Detail;
            }
        }
    }

    private async Task<CallInvoker> StartAsync(string settings, string grpc = "")
    {
        _clients.Init("terraform", "other");
        _appliance.Configure($"{_clients.Settings(grpc)}\n{settings}");
        await _appliance.StartAsync();
        return _clients.Connect(_appliance.GrpcUrl, "terraform");
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_appliance.Folder, "data", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private async Task<string> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(_appliance.BootUrl + path), Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
