using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Tests.Grpc;

/// <summary>Calls that no decent client makes, and answers that upstream has none for.</summary>
public sealed class HostileCallTests
{
    private static readonly Marshaller<byte[]> Octets = Marshallers.Create<byte[]>(octets => octets, octets => octets);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Empty_puts_are_invalid_and_end_nothing()
    {
        await using var host = await GrpcHost.StartAsync();
        var channel = host.Connect();
        var group = await Assert.ThrowsAsync<RpcException>(async () => await new Groups.GroupsClient(channel).GroupPutAsync(new GroupPutRequest(), cancellationToken: Cancellation));
        var profile = await Assert.ThrowsAsync<RpcException>(async () => await new Profiles.ProfilesClient(channel).ProfilePutAsync(new ProfilePutRequest(), cancellationToken: Cancellation));
        Assert.Equal((StatusCode.InvalidArgument, StatusCode.InvalidArgument), (group.StatusCode, profile.StatusCode));
        Assert.Contains("needs a group", group.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Octets_that_are_no_message_are_invalid()
    {
        await using var host = await GrpcHost.StartAsync();
        var invoker = host.Connect().CreateCallInvoker();
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            var code = await CodeAsync(invoker, "rpcpb.Groups", "GroupPut", noise);
            Assert.True(code is StatusCode.InvalidArgument or StatusCode.Unknown or StatusCode.OK, $"{Convert.ToHexString(noise)}: {code}");
        }
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(invoker, "rpcpb.Groups", "GroupGet", [0x0a, 0xff]));
    }

    [Fact]
    public async Task A_message_of_more_than_4_MiB_is_refused()
    {
        await using var host = await GrpcHost.StartAsync();
        var ignition = new Ignition.IgnitionClient(host.Connect());
        var most = new byte[(4 << 20) - 64];
        await ignition.IgnitionPutAsync(new IgnitionPutRequest { Name = "most", Config = ByteString.CopyFrom(most) }, cancellationToken: Cancellation);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await ignition.IgnitionPutAsync(
            new IgnitionPutRequest { Name = "more", Config = ByteString.CopyFrom(new byte[5 << 20]) }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task A_document_of_the_declared_folder_is_not_written_and_the_text_says_how_it_can_be()
    {
        await using var host = await GrpcHost.StartAsync();
        host.Documents.Declare("groups/g.json", """{"profile":"p"}""");
        var groups = new Groups.GroupsClient(host.Connect());
        var put = await Assert.ThrowsAsync<RpcException>(async () => await groups.GroupPutAsync(
            new GroupPutRequest { Group = new Group { Id = "g", Profile = "p" } }, cancellationToken: Cancellation));
        var delete = await Assert.ThrowsAsync<RpcException>(async () => await groups.GroupDeleteAsync(new GroupDeleteRequest { Id = "g" }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.FailedPrecondition, StatusCode.FailedPrecondition), (put.StatusCode, delete.StatusCode));
        Assert.StartsWith("/var/lib/matchbox/groups/g.json is a file of the declared folder", put.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_told()
    {
        await using var host = await GrpcHost.StartAsync();
        host.Documents.Instead = new ChangeOutcome.Failed("no space left on device");
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await new Generic.GenericClient(host.Connect()).GenericPutAsync(
            new GenericPutRequest { Name = "x" }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.Unknown, "no space left on device"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task Metadata_that_would_grow_beyond_bounds_is_refused()
    {
        await using var host = await GrpcHost.StartAsync();
        var groups = new Groups.GroupsClient(host.Connect());
        foreach (var metadata in new[]
        {
            "{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}",
            "{\"a\":" + new string('[', 900) + string.Join(',', Enumerable.Repeat('1', 100_000)) + new string(']', 900) + "}",
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await groups.GroupPutAsync(
                new GroupPutRequest { Group = new Group { Id = "g", Profile = "p", Metadata = ByteString.CopyFromUtf8(metadata) } }, cancellationToken: Cancellation));
            Assert.Equal(StatusCode.Unknown, refused.StatusCode);
        }
    }

    [Theory]
    [InlineData("""{"id":"g","selector":{"a":1}}""", "json: cannot unmarshal number into Go struct field RichGroup.selector of type string")]
    [InlineData("""{"id":"g","metadata":[]}""", "json: cannot unmarshal array into Go struct field RichGroup.metadata of type map[string]interface {}")]
    [InlineData("""{"id":"g","metadata":{"n":1e999}}""", "json: cannot unmarshal number 1e999 into Go struct field RichGroup.metadata of type float64")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type storagepb.RichGroup")]
    [InlineData("""{"id":"g"} x""", "invalid character 'x' after top-level value")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("""{"selector":{"MAC":""}}""", "invalid MAC address")]
    public async Task A_broken_group_is_told_in_Gos_words_and_left_out_of_lists(string text, string fault)
    {
        await using var host = await GrpcHost.StartAsync();
        host.Documents.Declare("groups/good.json", """{"ID":"good","Profile":"p","metadata":{"b":0.0000001,"a":[1e21,"\u00e9<"]}}""");
        host.Documents.Declare("groups/bad.json", text);
        var groups = new Groups.GroupsClient(host.Connect());
        var broken = await Assert.ThrowsAsync<RpcException>(async () => await groups.GroupGetAsync(new GroupGetRequest { Id = "bad" }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.Unknown, fault), (broken.StatusCode, broken.Status.Detail));

        var good = Assert.Single((await groups.GroupListAsync(new GroupListRequest(), cancellationToken: Cancellation)).Groups);
        Assert.Equal("""{"a":[1e+21,"é\u003c"],"b":1e-7}""", good.Metadata.ToStringUtf8());
    }

    [Fact]
    public async Task A_folder_that_was_emptied_stays_until_it_is_removed()
    {
        await using var host = await GrpcHost.StartAsync();
        var generic = new Generic.GenericClient(host.Connect());
        await generic.GenericPutAsync(new GenericPutRequest { Name = "sub/x" }, cancellationToken: Cancellation);
        var below = await Assert.ThrowsAsync<RpcException>(async () => await generic.GenericPutAsync(new GenericPutRequest { Name = "sub/x/y" }, cancellationToken: Cancellation));
        Assert.Equal("mkdir /var/lib/matchbox/generic/sub/x: not a directory", below.Status.Detail);
        await generic.GenericDeleteAsync(new GenericDeleteRequest { Name = "sub/x" }, cancellationToken: Cancellation);
        await generic.GenericDeleteAsync(new GenericDeleteRequest { Name = "sub" }, cancellationToken: Cancellation);
        var gone = await Assert.ThrowsAsync<RpcException>(async () => await generic.GenericDeleteAsync(new GenericDeleteRequest { Name = "sub" }, cancellationToken: Cancellation));
        Assert.Equal("remove /var/lib/matchbox/generic/sub: no such file or directory", gone.Status.Detail);
    }

    [Theory]
    [InlineData("rpcpb.Groups", "Nothing", "unknown method Nothing for service rpcpb.Groups")]
    [InlineData("grpc.health.v1.Health", "Check", "unknown service grpc.health.v1.Health")]
    public async Task What_there_is_not_is_unimplemented_in_Gos_words(string service, string method, string text)
    {
        await using var host = await GrpcHost.StartAsync();
        using var call = host.Connect().CreateCallInvoker().AsyncUnaryCall(
            new Method<byte[], byte[]>(MethodType.Unary, service, method, Octets, Octets), null, new CallOptions(cancellationToken: Cancellation), []);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);
        Assert.Equal((StatusCode.Unimplemented, text), (unknown.StatusCode, unknown.Status.Detail));
    }

    private static async Task<StatusCode> CodeAsync(CallInvoker invoker, string service, string name, byte[] request)
    {
        try
        {
            using var call = invoker.AsyncUnaryCall(
                new Method<byte[], byte[]>(MethodType.Unary, service, name, Octets, Octets), null, new CallOptions(cancellationToken: Cancellation), request);
            await call.ResponseAsync;
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
