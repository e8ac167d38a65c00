using Google.Protobuf;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Ignition: Ignition configs, and the templates that become some, octet for octet.</summary>
internal sealed class IgnitionService(DocumentTree tree)
{
    private const string Part = "ignition";

    public async Task<IgnitionPutResponse> PutAsync(IgnitionPutRequest request, GrpcCall call)
    {
        await tree.WriteAsync(Part, request.Name, request.Config.Memory, call);
        return new IgnitionPutResponse();
    }

    public Task<IgnitionGetResponse> GetAsync(IgnitionGetRequest request, GrpcCall call) =>
        Task.FromResult(new IgnitionGetResponse { Config = UnsafeByteOperations.UnsafeWrap(tree.Read(Part, request.Name, call)) });

    public async Task<IgnitionDeleteResponse> DeleteAsync(IgnitionDeleteRequest request, GrpcCall call)
    {
        await tree.RemoveAsync(Part, request.Name, call);
        return new IgnitionDeleteResponse();
    }
}
