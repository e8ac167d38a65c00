using Google.Protobuf;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Ignition: Ignition configs, and the templates that become some, octet for octet.</summary>
internal sealed class IgnitionService(DocumentTree tree)
{
    private const string Part = "ignition";

    public async Task<IgnitionPutResponse> PutAsync(IgnitionPutRequest request, CancellationToken cancellation)
    {
        await tree.WriteAsync(Part, request.Name, request.Config.Memory, cancellation);
        return new IgnitionPutResponse();
    }

    public Task<IgnitionGetResponse> GetAsync(IgnitionGetRequest request, CancellationToken cancellation) =>
        Task.FromResult(new IgnitionGetResponse { Config = UnsafeByteOperations.UnsafeWrap(tree.Read(Part, request.Name)) });

    public async Task<IgnitionDeleteResponse> DeleteAsync(IgnitionDeleteRequest request, CancellationToken cancellation)
    {
        await tree.RemoveAsync(Part, request.Name, cancellation);
        return new IgnitionDeleteResponse();
    }
}
