using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Matchbox.Core.Access;
using Matchbox.Http.Grpc.Services;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc;

/// <summary>Every call there is, by its service and name, with the role that it needs. A message that cannot be read is INVALID_ARGUMENT.</summary>
internal sealed class MethodTable :
    IServiceMethodProvider<GroupsService>, IServiceMethodProvider<ProfilesService>, IServiceMethodProvider<IgnitionService>,
    IServiceMethodProvider<GenericService>, IServiceMethodProvider<SelectService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<GroupsService> context)
    {
        Add(context, "Groups", "GroupPut", Role.Operator, GroupPutRequest.Parser, GroupPutResponse.Parser, (service, request, calling) => service.PutAsync(request, calling));
        Add(context, "Groups", "GroupGet", Role.Viewer, GroupGetRequest.Parser, GroupGetResponse.Parser, (service, request, calling) => service.GetAsync(request, calling));
        Add(context, "Groups", "GroupDelete", Role.Operator, GroupDeleteRequest.Parser, GroupDeleteResponse.Parser, (service, request, calling) => service.DeleteAsync(request, calling));
        Add(context, "Groups", "GroupList", Role.Viewer, GroupListRequest.Parser, GroupListResponse.Parser, (service, request, calling) => service.ListAsync(request, calling));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ProfilesService> context)
    {
        Add(context, "Profiles", "ProfilePut", Role.Operator, ProfilePutRequest.Parser, ProfilePutResponse.Parser, (service, request, calling) => service.PutAsync(request, calling));
        Add(context, "Profiles", "ProfileGet", Role.Viewer, ProfileGetRequest.Parser, ProfileGetResponse.Parser, (service, request, calling) => service.GetAsync(request, calling));
        Add(context, "Profiles", "ProfileDelete", Role.Operator, ProfileDeleteRequest.Parser, ProfileDeleteResponse.Parser, (service, request, calling) => service.DeleteAsync(request, calling));
        Add(context, "Profiles", "ProfileList", Role.Viewer, ProfileListRequest.Parser, ProfileListResponse.Parser, (service, request, calling) => service.ListAsync(request, calling));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<IgnitionService> context)
    {
        Add(context, "Ignition", "IgnitionPut", Role.Operator, IgnitionPutRequest.Parser, IgnitionPutResponse.Parser, (service, request, calling) => service.PutAsync(request, calling));
        Add(context, "Ignition", "IgnitionGet", Role.Viewer, IgnitionGetRequest.Parser, IgnitionGetResponse.Parser, (service, request, calling) => service.GetAsync(request, calling));
        Add(context, "Ignition", "IgnitionDelete", Role.Operator, IgnitionDeleteRequest.Parser, IgnitionDeleteResponse.Parser, (service, request, calling) => service.DeleteAsync(request, calling));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<GenericService> context)
    {
        Add(context, "Generic", "GenericPut", Role.Operator, GenericPutRequest.Parser, GenericPutResponse.Parser, (service, request, calling) => service.PutAsync(request, calling));
        Add(context, "Generic", "GenericGet", Role.Viewer, GenericGetRequest.Parser, GenericGetResponse.Parser, (service, request, calling) => service.GetAsync(request, calling));
        Add(context, "Generic", "GenericDelete", Role.Operator, GenericDeleteRequest.Parser, GenericDeleteResponse.Parser, (service, request, calling) => service.DeleteAsync(request, calling));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SelectService> context)
    {
        Add(context, "Select", "SelectGroup", Role.Viewer, SelectGroupRequest.Parser, SelectGroupResponse.Parser, (service, request, calling) => service.GroupAsync(request, calling));
        Add(context, "Select", "SelectProfile", Role.Viewer, SelectProfileRequest.Parser, SelectProfileResponse.Parser, (service, request, calling) => service.ProfileAsync(request, calling));
    }

    private static void Add<TService, TRequest, TResponse>(
        ServiceMethodProviderContext<TService> context, string service, string name, Role role, MessageParser<TRequest> requests, MessageParser<TResponse> responses,
        Func<TService, TRequest, GrpcCall, Task<TResponse>> call)
        where TService : class
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = new Method<TRequest, TResponse>(MethodType.Unary, $"rpcpb.{service}", name, Of(requests), Of(responses));
        context.AddUnaryMethod(method, [], (instance, request, calling) => call(instance, request, GrpcCall.Of(calling, role)));
    }

    private static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => Parse(parser, context));

    private static T Parse<T>(MessageParser<T> parser, DeserializationContext context)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw Answer.Malformed($"the request is no {parser.GetType().GenericTypeArguments[0].Name}: {malformed.Message}");
        }
    }
}
