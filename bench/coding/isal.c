#include <isa-l.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static double now(){struct timespec t;clock_gettime(CLOCK_THREAD_CPUTIME_ID,&t);return t.tv_sec+t.tv_nsec/1e9;}
static int cmp(const void*a,const void*b){double x=*(double*)a-*(double*)b;return x<0?-1:x>0;}
int main(){int n=1<<20;int ks[]={2,4,10},ms[]={1,2,4};
 for(int z=0;z<3;z++){int k=ks[z],m=ms[z];unsigned char*a=malloc((k+m)*k),*g=malloc(32*k*m);gf_gen_cauchy1_matrix(a,k+m,k);ec_init_tables(k,m,a+k*k,g);
  unsigned char*d[16],*p[16];for(int j=0;j<k;j++){posix_memalign((void**)&d[j],64,n);for(int i=0;i<n;i++)d[j][i]=rand();}for(int i=0;i<m;i++){posix_memalign((void**)&p[i],64,n);memset(p[i],0,n);}
  double r[7];for(int it=-1;it<7;it++){double t=now();int c=0;while(now()-t<0.3){ec_encode_data(n,k,m,g,d,p);c++;}double v=(double)k*n*c/(now()-t)/1e9;if(it>=0)r[it]=v;}qsort(r,7,8,cmp);printf("ISA-L ec_encode_data %d+%d 1MiB shards: median %.3f min %.3f max %.3f GB/s data\n",k,m,r[3],r[0],r[6]);
  if(m==1){void*v[4]={d[0],d[1],p[0]};for(int it=-1;it<5;it++){double t=now();int c=0;while(now()-t<0.2){xor_gen(3,n,v);c++;}double x=(double)k*n*c/(now()-t)/1e9;if(it>=0)r[it]=x;}qsort(r,5,8,cmp);printf("ISA-L xor_gen 2+1 1MiB: median %.3f min %.3f max %.3f GB/s data\n",r[2],r[0],r[4]);}
  double q[5];for(int it=-1;it<5;it++){double t=now();int c=0;while(now()-t<0.2){for(int j=0;j<k;j++)memcpy(p[0],d[j],n);c++;}double x=(double)k*n*c/(now()-t)/1e9;if(it>=0)q[it]=x;}qsort(q,5,8,cmp);printf("  memcpy of the same %d shards: median %.3f GB/s\n",k,q[2]);
  // crc32 iscsi
  unsigned s=0;for(int it=-1;it<5;it++){double t=now();int c=0;while(now()-t<0.2){s+=crc32_iscsi(d[0],n,0);c++;}double x=(double)n*c/(now()-t)/1e9;if(it>=0)q[it]=x;}qsort(q,5,8,cmp);printf("  ISA-L crc32_iscsi 1MiB: median %.3f GB/s (%u)\n",q[2],s&1);
 }
 // big memcpy
 {size_t N=512u<<20;char*x=malloc(N),*y=malloc(N);memset(x,1,N);memset(y,2,N);double q[5];for(int i=0;i<5;i++){double t=now();memcpy(y,x,N);q[i]=N/(now()-t)/1e9;}qsort(q,5,8,cmp);printf("memcpy 512 MiB (RAM): median %.2f min %.2f max %.2f GB/s\n",q[2],q[0],q[4]);}
}
