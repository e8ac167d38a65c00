using Google.Protobuf;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Generic: generic templates, octet for octet.</summary>
internal sealed class GenericService(DocumentTree tree)
{
    private const string Part = "generic";

    public async Task<GenericPutResponse> PutAsync(GenericPutRequest request, GrpcCall call)
    {
        await tree.WriteAsync(Part, request.Name, request.Config.Memory, call);
        return new GenericPutResponse();
    }

    public Task<GenericGetResponse> GetAsync(GenericGetRequest request, GrpcCall call) =>
        Task.FromResult(new GenericGetResponse { Config = UnsafeByteOperations.UnsafeWrap(tree.Read(Part, request.Name, call)) });

    public async Task<GenericDeleteResponse> DeleteAsync(GenericDeleteRequest request, GrpcCall call)
    {
        await tree.RemoveAsync(Part, request.Name, call);
        return new GenericDeleteResponse();
    }
}
